"""Writes a bundle: all or nothing, with a manifest of every file's hash."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file

from assistant.types import Thresholds
from assistant.understanding.bundle import (
    CONFIDENCE,
    ENCODER,
    FORMAT_VERSION,
    HEAD_ARRAYS,
    HEAD_WORDS,
    MANIFEST,
    THRESHOLDS,
    file_hash,
)
from assistant.understanding.confidence import FEATURES, ConfidenceModel
from assistant.understanding.intents import IntentModel
from knowledge_base.errors import InvalidInputError


def quantise_rows(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return int8 rows and the scale of each: ``row ~ quantised * scale``."""
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-12) / 127.0
    return np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32)


def restore_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the vectors as a bundle's loader will see them."""
    quantised, scales = quantise_rows(vectors)
    return np.asarray(quantised.astype(np.float32) * scales[:, None], dtype=np.float32)


def write_bundle(
    folder: Path,
    encoder_folder: Path,
    intents: IntentModel,
    examples: NDArray[np.float32],
    example_intents: Sequence[str],
    confidence: ConfidenceModel,
    dense_weight: float,
    thresholds: Thresholds,
    facts: Mapping[str, Any],
) -> None:
    """Write a bundle beside ``folder`` and move it there when it is whole.

    Args:
        folder: Where the bundle goes; an older one there is replaced.
        encoder_folder: The encoder's files; they are copied.
        intents: Head, vote and their weights.
        examples: float32 [n, dim], vectors of the training questions.
        example_intents: The intent of each.
        confidence: The fitted confidence.
        dense_weight: Share of the dense score it was fitted with.
        thresholds: The chosen cuts.
        facts: What the manifest tells beside the hashes (source, licence,
            commands, seed, data hashes, metrics).

    Raises:
        InvalidInputError: ``folder`` holds something that is not a bundle.
    """
    if folder.exists() and not (folder / MANIFEST).is_file() and any(folder.iterdir()):
        raise InvalidInputError(f"Folder {str(folder)!r} holds something that is not a bundle. Name another.")
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(encoder_folder, partial / ENCODER)
    _write_head(partial, intents, examples, example_intents)
    stored = {
        "features": FEATURES,
        "weights": confidence.weights.tolist(),
        "bias": confidence.bias,
        "dense_weight": dense_weight,
    }
    _write_json(partial / CONFIDENCE, stored)
    _write_json(partial / THRESHOLDS, asdict(thresholds))
    files = sorted(path for path in partial.rglob("*") if path.is_file())
    hashes = {path.relative_to(partial).as_posix(): file_hash(path) for path in files}
    _write_json(partial / MANIFEST, {"format_version": FORMAT_VERSION, **facts, "files": hashes})
    _swap(partial, folder)


def _write_head(
    folder: Path, intents: IntentModel, examples: NDArray[np.float32], example_intents: Sequence[str]
) -> None:
    quantised, scales = quantise_rows(examples)
    codes = {label: code for code, label in enumerate(intents.labels)}
    arrays = {
        "dense": intents.head.dense,
        "sparse": intents.head.sparse,
        "bias": intents.head.bias,
        "idf": intents.ngrams.idf,
        "examples": quantised,
        "example_scales": scales,
        "example_labels": np.array([codes[intent] for intent in example_intents], dtype=np.int16),
    }
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / HEAD_ARRAYS)
    (folder / HEAD_ARRAYS).chmod(0o644)  # the library makes it private; a package's files are for all
    words = {
        "labels": intents.labels,
        "ngrams": sorted(intents.ngrams.vocabulary, key=intents.ngrams.vocabulary.__getitem__),
        "longest_ngram": intents.ngrams.longest,
        "vote_weight": intents.vote_weight,
        "vote_temperature": intents.vote.temperature,
        "sharpness": intents.sharpness,
    }
    _write_json(folder / HEAD_WORDS, words)


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
