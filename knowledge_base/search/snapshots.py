"""One published state, indexed; its vectors are kept in the home folder."""

from __future__ import annotations

import hashlib
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
from knowledge_base.search.faiss_index import FaissIndex
from knowledge_base.search.search import SearchIndex, questions_of
from knowledge_base.search.text import normalize
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


class VectorCache:
    """Vectors of questions, a file per state and encoder, in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_or_encode(self, texts: Sequence[str], encoder: Encoder) -> NDArray[np.float32]:
        """Return float32 [n, dim] for normalised ``texts``, encoding them at most once.

        A cache that is damaged, or was made by another encoder, is rebuilt.
        """
        digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()
        path = self._folder / f"{digest[:16]}-{encoder.fingerprint[:16]}.safetensors"
        vectors = self._read(path, digest, encoder)
        if vectors is None:
            vectors = encoder.encode(texts)
            self._write(path, digest, encoder, vectors)
        return vectors

    def _read(self, path: Path, digest: str, encoder: Encoder) -> NDArray[np.float32] | None:
        try:
            with safe_open(path, framework="numpy") as file:
                if file.metadata() != _labels(digest, encoder):
                    return None
                return np.asarray(file.get_tensor("vectors"), dtype=np.float32)
        except (OSError, SafetensorError):
            return None

    def _write(self, path: Path, digest: str, encoder: Encoder, vectors: NDArray[np.float32]) -> None:
        make_private_folder(self._folder)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        try:
            save_file({"vectors": vectors}, partial, metadata=_labels(digest, encoder))
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


def _labels(digest: str, encoder: Encoder) -> dict[str, str]:
    return {"texts": digest, "encoder": encoder.id, "fingerprint": encoder.fingerprint}


def make_snapshot(
    entries: Sequence[Entry], encoder: Encoder, tokenizer: Tokenizer, cache: VectorCache, dense_weight: float
) -> Snapshot:
    """Index a published state.

    Raises:
        ContentError: There is no answer to search for.
    """
    questions = questions_of(entries)
    if not questions:
        raise ContentError(
            "The knowledge base has no published answer, so nothing could be found. Publish one."
        )
    vectors = cache.load_or_encode([normalize(q.text) for q in questions], encoder)
    dense = FaissIndex(vectors, encoder.id, encoder.fingerprint)
    index = SearchIndex(questions, dense, tokenizer, dense_weight)
    return Snapshot(content_hash(entries)[:12], {entry.id: entry for entry in entries}, index)
