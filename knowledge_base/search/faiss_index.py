"""Exact inner-product search over unit vectors."""

from __future__ import annotations

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import IndexMismatchError


class FaissIndex:
    """A flat FAISS index that remembers whose vectors it holds.

    Args:
        vectors: float32 [n, dim], L2-normalised.
        encoder_id: Name of the encoder that made them.
        fingerprint: Hash of that encoder's files.
    """

    def __init__(self, vectors: NDArray[np.float32], encoder_id: str, fingerprint: str) -> None:
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self.encoder_id = encoder_id
        self.fingerprint = fingerprint
        self._index = faiss.IndexFlatIP(self.vectors.shape[1])
        self._index.add(self.vectors)

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    def require_encoder(self, encoder_id: str, fingerprint: str) -> None:
        """Refuse an encoder whose vectors would not compare with these.

        Raises:
            IndexMismatchError: Another encoder, or another version of it.
        """
        if (encoder_id, fingerprint) != (self.encoder_id, self.fingerprint):
            raise IndexMismatchError(
                f"The index was built with encoder {self.encoder_id!r} ({self.fingerprint[:12]}), "
                f"but {encoder_id!r} ({fingerprint[:12]}) asks: probably the bundle was changed. "
                "Rebuild the index with the present encoder."
            )

    def search(self, query: NDArray[np.float32], top: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return positions and cosines of the ``top`` nearest vectors.

        Args:
            query: float32 [dim], L2-normalised.
            top: How many at most.
        """
        count = min(top, len(self))
        if count == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        scores, positions = self._index.search(query[None, :], count)
        return positions[0], scores[0]
