"""One published state, indexed; its vectors and terms are kept in the home folder."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from knowledge_base.editing.repository import content_hash
from knowledge_base.errors import ContentError, StorageError
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.faiss_index import HNSW_ABOVE, FaissIndex
from knowledge_base.search.known_vectors import KnownVectors, rounded
from knowledge_base.search.search import Example, SearchIndex, questions_of
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.settings import make_private_folder
from knowledge_base.types import Entry

_KEPT_CACHES = 3


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Published entries with the index over their questions; ``version`` names both."""

    version: str
    entries: Mapping[str, Entry]
    index: SearchIndex


@dataclass(frozen=True, slots=True)
class IndexParts:
    """What an index is made of: float32 [n, dim] vectors and the terms of each text."""

    vectors: NDArray[np.float32]
    terms: list[list[str]]


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

        A file that is damaged, or was made by another encoder or lexicon, is rebuilt;
        ``known`` vectors of the same encoder are taken instead of made anew.
        """
        labels = _labels(texts, encoder, tokenizer)
        name = hashlib.sha256(json.dumps(labels, sort_keys=True).encode()).hexdigest()[:32]
        path = self._folder / f"{name}.safetensors"
        parts = self._read(path, labels)
        if parts is None:
            parts = IndexParts(encode_unknown(texts, encoder, known), [tokenizer.terms(t) for t in texts])
            self._write(path, labels, parts)
        return parts

    def _read(self, path: Path, labels: dict[str, str]) -> IndexParts | None:
        try:
            with safe_open(path, framework="numpy") as file:
                if file.metadata() != labels:
                    return None
                terms = json.loads(file.get_tensor("terms").tobytes())
                return IndexParts(np.asarray(file.get_tensor("vectors"), dtype=np.float32), terms)
        except (OSError, ValueError, SafetensorError):
            return None

    def _write(self, path: Path, labels: dict[str, str], parts: IndexParts) -> None:
        make_private_folder(self._folder)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        terms = np.frombuffer(json.dumps(parts.terms, ensure_ascii=False).encode(), dtype=np.uint8)
        try:
            save_file({"vectors": parts.vectors, "terms": terms}, partial, metadata=labels)
            partial.replace(path)
            self._forget_old()
        except (OSError, SafetensorError) as error:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
            raise StorageError(
                f"The index cache {str(path)!r} cannot be written ({error}). Check space and rights."
            ) from None

    def _forget_old(self) -> None:
        ages: list[tuple[float, Path]] = []
        for file in self._folder.glob("*.safetensors"):
            with suppress(FileNotFoundError):  # another process that starts now forgets too
                ages.append((file.stat().st_mtime, file))
        for _, file in sorted(ages)[:-_KEPT_CACHES]:
            file.unlink(missing_ok=True)


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


def make_snapshot(
    entries: Sequence[Entry],
    encoder: Encoder,
    tokenizer: Tokenizer,
    cache: IndexCache,
    dense_weight: float,
    examples: Sequence[Example] = (),
    known: KnownVectors | None = None,
    hnsw_above: int = HNSW_ABOVE,
) -> Snapshot:
    """Index a published state.

    Args:
        entries: What is published.
        encoder: Makes the vectors.
        tokenizer: Makes the terms.
        cache: Keeps both.
        dense_weight: Share of the dense score in the fused one.
        examples: Labelled training questions, which help to find entries and intents.
        known: Vectors that need not be made anew.
        hnsw_above: Number of questions above which the dense search is approximate.

    Raises:
        ContentError: There is no answer to search for.
    """
    questions = questions_of(entries, examples)
    if not any(question.entry_id for question in questions):
        raise ContentError(
            "The knowledge base has no published answer, so nothing could be found. Publish one."
        )
    parts = cache.load_or_build([q.normalized for q in questions], encoder, tokenizer, known)
    dense = FaissIndex(parts.vectors, encoder.id, encoder.fingerprint, hnsw_above)
    index = SearchIndex(questions, dense, parts.terms, dense_weight)
    return Snapshot(content_hash(entries)[:12], {entry.id: entry for entry in entries}, index)
