"""Trains the sentence encoder: teacher's vectors, distillation, contrast, export."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from tokenizers import Tokenizer

from knowledge_base.search.encoders import DESCRIPTION_FILE, MODEL_FILE, TOKENIZER_FILE
from training.export import export_network
from training.network import Pooled
from training.weights import Q4


def write_folder(model: Pooled, tokenizer: Tokenizer, words: Q4, output: Path, name: str) -> None:
    """Write the three files that serving loads; ``encoder.json`` last, so that it vouches for the others.

    Args:
        model: The trained network.
        tokenizer: Its tokeniser, truncation set.
        words: Its word embeddings, in four bits.
        output: The folder; made if missing, its files replaced one by one.
        name: The encoder's id.
    """
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="baowen-encoder-", dir=output.parent) as folder:
        made = Path(folder)
        export_network(model, words, made / MODEL_FILE)
        tokenizer.save(str(made / TOKENIZER_FILE), pretty=False)
        files = {item: _sha256(made / item) for item in (MODEL_FILE, TOKENIZER_FILE)}
        description = {
            "id": name,
            "dim": model.network.config.hidden_size,
            "max_length": tokenizer.truncation["max_length"],
            "files": files,
        }
        (made / DESCRIPTION_FILE).write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
        for item in (MODEL_FILE, TOKENIZER_FILE, DESCRIPTION_FILE):
            os.replace(made / item, output / item)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
