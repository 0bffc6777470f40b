"""Vectors and terms of questions, kept in the home folder from one state to the next."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from knowledge_base.errors import StorageError
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.known_vectors import KnownVectors, rounded, text_key
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.settings import make_private_folder

_KEPT_CACHES = 3
_MAKERS = ("encoder", "fingerprint", "lexicon")


@dataclass(frozen=True, slots=True)
class IndexParts:
    """What an index is made of: float32 [n, dim] vectors and the terms of each text."""

    vectors: NDArray[np.float32]
    terms: list[list[str]]


@dataclass(frozen=True, slots=True)
class _OlderState:
    """Where the vector and the terms of a text are in an older state, by the text's key."""

    positions: dict[int, int]
    parts: IndexParts


class IndexCache:
    """Vectors and terms of questions, a file per state, encoder and lexicon, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_or_build(
        self,
        texts: Sequence[str],
        encoder: Encoder,
        tokenizer: Tokenizer,
        known: KnownVectors | None = None,
    ) -> IndexParts:
        """Return vectors and terms of normalised ``texts``, made at most once.

        Texts of the state before keep theirs, so that a small change costs little;
        ``known`` vectors of the same encoder are taken instead of made anew. A file
        that is damaged, or was made by another encoder or lexicon, is not used.
        """
        labels = _labels(texts, encoder, tokenizer)
        name = hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:32]
        path = self._folder / f"{name}.safetensors"
        parts = self._read(path, labels)
        if parts is None:
            parts = _build(texts, encoder, tokenizer, known, self._newest(labels))
            self._write(path, labels, texts, parts)
        return parts

    def _newest(self, labels: dict[str, str]) -> _OlderState | None:
        """Return the newest state by the same encoder and lexicon."""
        found = (_read_older(path, labels) for path in sorted(self._files(), key=_age))
        return next((older for older in found if older), None)

    def _read(self, path: Path, labels: dict[str, str]) -> IndexParts | None:
        try:
            with safe_open(path, framework="numpy") as file:
                return _parts(file) if file.metadata() == labels else None
        except (OSError, ValueError, SafetensorError):
            return None

    def _write(self, path: Path, labels: dict[str, str], texts: Sequence[str], parts: IndexParts) -> None:
        make_private_folder(self._folder)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        tensors = {
            "vectors": parts.vectors,
            "terms": np.frombuffer(json.dumps(parts.terms, ensure_ascii=False).encode(), dtype=np.uint8),
            "keys": np.array([text_key(text) for text in texts], dtype=np.uint64),
        }
        try:
            save_file(tensors, partial, metadata=labels)
            partial.replace(path)
            self._forget_old()
        except (OSError, SafetensorError) as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise StorageError(
                f"The index cache {str(path)!r} cannot be written ({error}). Check space and rights."
            ) from None

    def _forget_old(self) -> None:
        for file in sorted(self._files(), key=_age)[_KEPT_CACHES:]:
            file.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return list(self._folder.glob("*.safetensors"))


def _age(path: Path) -> float:
    """Return a number that is larger for older files; one that another process removed is the oldest."""
    try:
        return -path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _read_older(path: Path, labels: dict[str, str]) -> _OlderState | None:
    try:
        with safe_open(path, framework="numpy") as file:
            made = file.metadata()
            if any(made[name] != labels[name] for name in _MAKERS):
                return None
            keys = file.get_tensor("keys").tolist()
            return _OlderState({key: i for i, key in enumerate(keys)}, _parts(file))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return None


def _parts(file: Any) -> IndexParts:
    terms = json.loads(file.get_tensor("terms").tobytes())
    return IndexParts(np.asarray(file.get_tensor("vectors"), dtype=np.float32), terms)


def _build(
    texts: Sequence[str],
    encoder: Encoder,
    tokenizer: Tokenizer,
    known: KnownVectors | None,
    older: _OlderState | None,
) -> IndexParts:
    """Make what the older state lacks, and put all in the order of ``texts``."""
    positions = [older.positions.get(text_key(text)) if older else None for text in texts]
    missing = [text for text, position in zip(texts, positions, strict=True) if position is None]
    made = IndexParts(encode_unknown(missing, encoder, known), [tokenizer.terms(text) for text in missing])
    if older is None:
        return made
    new_vectors, new_terms = iter(made.vectors), iter(made.terms)
    vectors = [next(new_vectors) if p is None else older.parts.vectors[p] for p in positions]
    terms = [next(new_terms) if p is None else older.parts.terms[p] for p in positions]
    return IndexParts(np.array(vectors, dtype=np.float32).reshape(len(texts), encoder.dim), terms)


def encode_unknown(texts: Sequence[str], encoder: Encoder, known: KnownVectors | None) -> NDArray[np.float32]:
    """Return float32 [texts, dim], encoding only what ``known`` does not hold for this encoder."""
    if known is None or known.fingerprint != encoder.fingerprint:
        return rounded(encoder.encode(texts))
    vectors = np.empty((len(texts), encoder.dim), dtype=np.float32)
    there, found = known.find(texts)
    vectors[there] = found
    missing = np.flatnonzero(~there).tolist()
    if missing:
        vectors[missing] = rounded(encoder.encode([texts[place] for place in missing]))
    return vectors


def _labels(texts: Sequence[str], encoder: Encoder, tokenizer: Tokenizer) -> dict[str, str]:
    return {
        "texts": hashlib.sha256("\n".join(texts).encode()).hexdigest(),
        "encoder": encoder.id,
        "fingerprint": encoder.fingerprint,
        "lexicon": tokenizer.fingerprint,
    }
