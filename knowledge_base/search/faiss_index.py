"""Inner-product search over unit vectors: exact, or by a graph where there are many."""

from __future__ import annotations

import os

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import IndexMismatchError

HNSW_ABOVE = 50_000
"""Vectors up to which every query is compared with all of them: half a millisecond for
30,000 of them in half precision, no slower than the graph, which takes seconds to build at
each start and may miss one (docs/decisions/0011)."""

_LINKS, _BUILD_WIDTH, _SEARCH_WIDTH = 32, 80, 160
"""HNSW's M, efConstruction and efSearch (Malkov and Yashunin, "Efficient and robust
approximate nearest neighbor search using hierarchical navigable small world graphs",
IEEE TPAMI 42 (2020), 824-836), chosen for a recall@10 of at least 0.98 over 100,000
questions (benchmarks/scale.py)."""


class FaissIndex:
    """A FAISS index that remembers whose vectors it holds.

    Args:
        vectors: float32 [n, dim], L2-normalised.
        encoder_id: Name of the encoder that made them.
        fingerprint: Hash of that encoder's files.
        hnsw_above: Number of vectors above which the search is approximate (HNSW).
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        encoder_id: str,
        fingerprint: str,
        hnsw_above: int = HNSW_ABOVE,
    ) -> None:
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self.encoder_id = encoder_id
        self.fingerprint = fingerprint
        self.exact = len(self.vectors) <= hnsw_above
        self._index = _flat(self.vectors) if self.exact else _graph(self.vectors)

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
        positions, scores = self.search_many(query[None, :], top)
        found = positions[0] >= 0  # the graph may find fewer than there are
        return positions[0][found], scores[0][found]

    def search_many(
        self, queries: NDArray[np.float32], top: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return positions and cosines of the ``top`` nearest vectors of each query.

        Args:
            queries: float32 [queries, dim], L2-normalised.
            top: How many at most.

        Returns:
            int64 and float32 [queries, min(top, n)]; a position of -1 is none.
        """
        count = min(top, len(self))
        if count == 0:
            empty = (len(queries), 0)
            return np.empty(empty, dtype=np.int64), np.empty(empty, dtype=np.float32)
        scores, positions = self._index.search(queries, count)
        return positions, scores


def _flat(vectors: NDArray[np.float32]) -> faiss.IndexScalarQuantizer:
    """Keep all vectors in half precision: half the memory to read, so two thirds of the time.

    Cosines come out right to about 1e-3; scores that decide are computed anew from ``vectors``.
    """
    kind, metric = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, metric)
    index.train(vectors)
    index.add(vectors)
    return index


def _graph(vectors: NDArray[np.float32]) -> faiss.IndexHNSWFlat:
    """Build the graph on all cores: it is built once, while nobody waits for an answer."""
    index = faiss.IndexHNSWFlat(vectors.shape[1], _LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = _BUILD_WIDTH
    index.hnsw.efSearch = _SEARCH_WIDTH
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    try:
        index.add(vectors)
    finally:
        faiss.omp_set_num_threads(threads)
    return index
