"""Writes a bundle: all or nothing, with a manifest of every file's hash."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from assistant.types import Thresholds
from assistant.understanding.bundle import (
    CONFIDENCE,
    ENCODER,
    ENTRY_ARRAYS,
    ENTRY_NAMES,
    EXAMPLES,
    FORMAT_VERSION,
    HEAD_ARRAYS,
    HEAD_WORDS,
    MANIFEST,
    THRESHOLDS,
    VECTORS,
    file_hash,
)
from assistant.understanding.confidence import CROSSED, FEATURES, STANDING, ConfidenceModel
from assistant.understanding.entry_head import EntryHead
from assistant.understanding.intents import IntentModel
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.known_vectors import KnownVectors
from knowledge_base.types import Example

MOST_VECTORS = 30_000
"""Vectors that a bundle brings, so that it stays below 20 MB; the rest is encoded at the first start."""


@dataclass(frozen=True, slots=True)
class Trained:
    """Everything of a bundle but its encoder.

    Attributes:
        dense_weight: Share of the dense score that confidence was fitted with.
        examples: Labelled training questions.
        known: Vectors of the examples and the published questions.
    """

    intents: IntentModel
    entry_head: EntryHead
    confidence: ConfidenceModel
    thresholds: Thresholds
    dense_weight: float
    examples: Sequence[Example]
    known: KnownVectors


def require_replaceable(folder: Path) -> None:
    """Refuse a folder whose content a new bundle must not replace.

    Raises:
        InvalidInputError: Something else than a bundle is there.
    """
    if not folder.exists():
        return
    if not folder.is_dir() or (not (folder / MANIFEST).is_file() and any(folder.iterdir())):
        raise InvalidInputError(
            f"{str(folder)!r} exists and is no bundle; training would replace all that is in it. "
            "Name a new folder with --output."
        )


def write_bundle(folder: Path, encoder_folder: Path, trained: Trained, facts: Mapping[str, Any]) -> None:
    """Write a bundle beside ``folder`` and move it there when it is whole.

    Args:
        folder: Where the bundle goes; an older one there is replaced.
        encoder_folder: The encoder's files; they are copied.
        trained: What was fitted.
        facts: What the manifest tells beside the hashes (source, licence,
            commands, seed, data hashes, metrics).

    Raises:
        InvalidInputError: ``folder`` holds something that is not a bundle.
    """
    require_replaceable(folder)
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(encoder_folder, partial / ENCODER)
    _write_head(partial, trained.intents)
    _write_entry_head(partial, trained.entry_head)
    _write_confidence(partial, trained)
    _write_json(partial / THRESHOLDS, asdict(trained.thresholds))
    _write_examples(partial, trained)
    files = sorted(path for path in partial.rglob("*") if path.is_file())
    hashes = {path.relative_to(partial).as_posix(): file_hash(path) for path in files}
    _write_json(partial / MANIFEST, {"format_version": FORMAT_VERSION, **facts, "files": hashes})
    _swap(partial, folder)


def _write_entry_head(folder: Path, head: EntryHead) -> None:
    half = {"weights": head.weights.astype(np.float16), "bias": head.bias.astype(np.float16)}
    _save_arrays(folder / ENTRY_ARRAYS, **half, guess=head.guess)
    _write_json(folder / ENTRY_NAMES, sorted(head.places, key=head.places.__getitem__))


def _write_confidence(folder: Path, trained: Trained) -> None:
    confidence = trained.confidence
    stored = {
        "features": FEATURES,
        "standing": STANDING,
        "crossed": CROSSED,
        "ranking": confidence.ranking.tolist(),
        "centre": confidence.crossing.centre.tolist(),
        "spread": confidence.crossing.spread.tolist(),
        "weights": confidence.weights.tolist(),
        "bias": confidence.bias,
        "dense_weight": trained.dense_weight,
    }
    _write_json(folder / CONFIDENCE, stored)


def _write_examples(folder: Path, trained: Trained) -> None:
    rows = ([example.text, example.intent, example.entry_id] for example in trained.examples)
    lines = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    # Without a time in it, the same examples make the same file.
    (folder / EXAMPLES).write_bytes(gzip.compress(lines.encode(), mtime=0))
    known = trained.known
    some = slice(MOST_VECTORS)  # the keys are hashes in order, so that the first ones are any ones
    _save_arrays(
        folder / VECTORS, keys=known.keys[some], quantised=known.quantised[some], scales=known.scales[some]
    )


def _write_head(folder: Path, intents: IntentModel) -> None:
    _save_arrays(
        folder / HEAD_ARRAYS,
        dense=intents.head.dense,
        sparse=intents.head.sparse.astype(np.float16),  # its values are rounded to that already
        bias=intents.head.bias,
        idf=intents.ngrams.idf,
    )
    words = {
        "labels": intents.labels,
        "ngrams": sorted(intents.ngrams.vocabulary, key=intents.ngrams.vocabulary.__getitem__),
        "longest_ngram": intents.ngrams.longest,
        "vote_weight": intents.vote_weight,
        "vote_temperature": intents.vote.temperature,
        "sharpness": intents.sharpness,
    }
    _write_json(folder / HEAD_WORDS, words)


def _save_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, path)
    path.chmod(0o644)  # the library makes it private; a package's files are for all


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _swap(partial: Path, folder: Path) -> None:
    """Put ``partial`` in the place of ``folder``; the old one goes last."""
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
