"""Reads the trained model: encoder, intent model, confidence, thresholds.

A bundle is a folder with a manifest that lists every file's SHA-256; a file that
is missing or differs is refused, so that a half-copied or altered model never
answers a customer. Arrays are safetensors: nothing is unpickled.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from assistant.types import Cuts, Thresholds
from assistant.understanding.confidence import CROSSED, FEATURES, STANDING, ConfidenceModel, Crossing
from assistant.understanding.entry_head import EntryHead
from assistant.understanding.intents import IntentModel, LinearHead, NeighbourVote, NgramVectorizer
from knowledge_base.errors import BundleError
from knowledge_base.search.encoders import Encoder, OnnxEncoder
from knowledge_base.search.known_vectors import KnownVectors
from knowledge_base.types import Example

SHIPPED_BUNDLE = Path(str(files("assistant"))) / "bundle"
MANIFEST = "manifest.json"
ENCODER = "encoder"
HEAD_ARRAYS = "head.safetensors"
HEAD_WORDS = "head.json"
ENTRY_ARRAYS = "entry_head.safetensors"
ENTRY_NAMES = "entry_head.json"
CONFIDENCE = "confidence.json"
THRESHOLDS = "thresholds.json"
EXAMPLES = "examples.jsonl.gz"
VECTORS = "vectors.safetensors"
FORMAT_VERSION = 4
_HEADS = {HEAD_ARRAYS, HEAD_WORDS, ENTRY_ARRAYS, ENTRY_NAMES}
_REQUIRED = frozenset({*_HEADS, CONFIDENCE, THRESHOLDS, EXAMPLES, VECTORS, f"{ENCODER}/encoder.json"})


@dataclass(frozen=True, slots=True)
class Bundle:
    """A trained model, ready to serve.

    Attributes:
        version: Names its exact files.
        dense_weight: Share of the dense score that confidence was fitted with.
        examples: The labelled training questions, which vote on intents and entries.
        known: Vectors of the examples and of the entries it was trained with.
    """

    version: str
    encoder: Encoder
    intents: IntentModel
    entry_head: EntryHead
    confidence: ConfidenceModel
    thresholds: Thresholds
    dense_weight: float
    examples: tuple[Example, ...]
    known: KnownVectors
    manifest: Mapping[str, Any]


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def version_of(hashes: Mapping[str, str]) -> str:
    """Return the name of a bundle: 12 hexadecimal digits over its files' hashes."""
    lines = "\n".join(f"{name} {digest}" for name, digest in sorted(hashes.items()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


def load_bundle(folder: Path, threads: int = 1) -> Bundle:
    """Load and verify a bundle.

    Args:
        folder: The bundle's folder.
        threads: Threads the encoder may use.

    Raises:
        BundleError: A file is missing, altered or of another format.
    """
    manifest = _read_json(folder / MANIFEST)
    if not isinstance(manifest, dict):
        raise BundleError(
            f"Bundle {str(folder)!r} has a manifest that is no object. Install the package again."
        )
    if manifest.get("format_version") != FORMAT_VERSION:
        raise BundleError(
            f"Bundle {str(folder)!r} has format {manifest.get('format_version')!r}, this program reads "
            f"{FORMAT_VERSION}: probably it was trained by another version. Run 'baowen train --quick'."
        )
    try:
        _verify(folder, manifest["files"])
        words = _read_json(folder / HEAD_WORDS)
        confidence = _read_json(folder / CONFIDENCE)
        encoder = OnnxEncoder.load(folder / ENCODER, threads=threads)
        return Bundle(
            version=version_of(manifest["files"]),
            encoder=encoder,
            intents=_intent_model(words, load_file(folder / HEAD_ARRAYS)),
            entry_head=_entry_head(_read_json(folder / ENTRY_NAMES), load_file(folder / ENTRY_ARRAYS)),
            confidence=_confidence(confidence),
            thresholds=read_thresholds(_read_json(folder / THRESHOLDS)),
            dense_weight=float(confidence["dense_weight"]),
            examples=_examples(folder / EXAMPLES),
            known=KnownVectors(encoder.fingerprint, **load_file(folder / VECTORS)),
            manifest=manifest,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OSError, SafetensorError) as error:
        raise BundleError(
            f"Bundle {str(folder)!r} is not usable ({error!r}): probably it was written by another version. "
            "Install the package again or run 'baowen train --quick'."
        ) from None


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BundleError(
            f"Bundle file {str(path)!r} is missing or damaged ({type(error).__name__}). "
            "Install the package again, or name another bundle with BAOWEN_BUNDLE."
        ) from None


def _verify(folder: Path, hashes: Mapping[str, str]) -> None:
    if unlisted := _REQUIRED - hashes.keys():
        raise KeyError(*sorted(unlisted))
    for name, digest in hashes.items():
        path = folder / name
        if not path.is_file():
            raise BundleError(f"Bundle file {str(path)!r} is missing. Install the package again.")
        if file_hash(path) != digest:
            raise BundleError(
                f"Bundle file {str(path)!r} differs from its manifest: it was altered or copied in part. "
                "Install the package again."
            )


def _intent_model(words: Mapping[str, Any], arrays: Mapping[str, np.ndarray[Any, Any]]) -> IntentModel:
    ngrams = NgramVectorizer(
        {ngram: column for column, ngram in enumerate(words["ngrams"])}, arrays["idf"], words["longest_ngram"]
    )
    vote = NeighbourVote(float(words["vote_temperature"]))
    head = LinearHead(arrays["dense"], arrays["sparse"].astype(np.float32), arrays["bias"])
    return IntentModel(tuple(words["labels"]), ngrams, head, vote, words["vote_weight"], words["sharpness"])


def _entry_head(names: Sequence[str], arrays: Mapping[str, np.ndarray[Any, Any]]) -> EntryHead:
    weights, bias = (arrays[name].astype(np.float32) for name in ("weights", "bias"))
    places = {name: place for place, name in enumerate(names)}
    if weights.shape[0] != len(places) or bias.shape != (len(places),):
        raise ValueError(f"{len(places)} entries with weights for {weights.shape[0]}")
    return EntryHead(places, weights, bias, arrays["guess"].astype(np.float64))


def _examples(path: Path) -> tuple[Example, ...]:
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return tuple(Example(*map(str, json.loads(line))) for line in lines)


def _confidence(stored: Mapping[str, Any]) -> ConfidenceModel:
    names = tuple(tuple(stored[kind]) for kind in ("features", "standing", "crossed"))
    if names != (FEATURES, STANDING, CROSSED):
        raise ValueError(f"confidence features {names!r}")
    arrays = {
        name: np.array(stored[name], dtype=np.float64) for name in ("ranking", "centre", "spread", "weights")
    }
    crossing = Crossing(arrays["centre"], arrays["spread"])
    return ConfidenceModel(arrays["ranking"], crossing, arrays["weights"], float(stored["bias"]))


def read_thresholds(stored: Mapping[str, Any]) -> Thresholds:
    """Return thresholds from their JSON form: version, default, segments and answer cuts."""
    segments = {name: Cuts(**cuts) for name, cuts in stored.get("segments", {}).items()}
    answer_cuts = {name: float(cut) for name, cut in stored.get("answer_cuts", {}).items()}
    return Thresholds(stored["version"], Cuts(**stored["default"]), segments, answer_cuts)
