"""Inner-product search over unit vectors: all of them, by short codes, or by a graph."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import IndexMismatchError

CODES_ABOVE = 8_000
"""Vectors up to which every query is compared with all of them in half precision."""

HNSW_ABOVE = 50_000
"""Vectors up to which every query is compared with the short codes of all of them, which is
as fast as the graph and built in half a second (docs/decisions/0011)."""

_WIDER = 4
"""How many times more vectors the codes bring than are wanted; exact cosines choose among
them, and never fewer than ``_LEAST``. Over the 30,000 shipped questions this finds over
99 % of the nearest and all of the 10 nearest."""

_LEAST = 256

_LINKS, _BUILD_WIDTH, _SEARCH_WIDTH = 32, 80, 160
"""HNSW's M, efConstruction and efSearch (Malkov and Yashunin, "Efficient and robust
approximate nearest neighbor search using hierarchical navigable small world graphs",
IEEE TPAMI 42 (2020), 824-836), chosen for a recall@10 of at least 0.98 over 100,000
questions (benchmarks/scale.py)."""

Kind = Literal["flat", "codes", "graph"]
"""How vectors are kept: in half precision, as short codes, as a graph."""


class FaissIndex:
    """A FAISS index that remembers whose vectors it holds.

    Args:
        vectors: float32 [n, dim], L2-normalised.
        encoder_id: Name of the encoder that made them.
        fingerprint: Hash of that encoder's files.
        hnsw_above: Number of vectors above which a graph is searched (HNSW).
        codes_above: Number of vectors above which short codes are searched.
    """

    def __init__(
        self,
        vectors: NDArray[np.float32],
        encoder_id: str,
        fingerprint: str,
        hnsw_above: int = HNSW_ABOVE,
        codes_above: int = CODES_ABOVE,
    ) -> None:
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        self.encoder_id = encoder_id
        self.fingerprint = fingerprint
        self.kind = _kind_for(self.vectors.shape, codes_above, hnsw_above)
        self._index = _BUILDERS[self.kind](self.vectors)

    def __len__(self) -> int:
        """Return the number of vectors."""
        return int(self._index.ntotal)

    def at(self, positions: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return float32 [positions, dim], the vectors at these places."""
        return self.vectors[positions]

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
        if self.kind == "codes":
            return self._search_codes(queries, count)
        scores, positions = self._index.search(queries, count)
        return positions, scores

    def _search_codes(
        self, queries: NDArray[np.float32], count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        _, wider = self._index.search(queries, min(max(_WIDER * count, _LEAST), len(self)))
        positions = np.empty((len(queries), count), dtype=np.int64)
        scores = np.empty((len(queries), count), dtype=np.float32)
        for row, query in enumerate(queries):
            cosines = self.vectors[wider[row]] @ query
            best = np.argsort(-cosines, kind="stable")[:count]
            positions[row], scores[row] = wider[row, best], cosines[best]
        return positions, scores


def _kind_for(shape: tuple[int, ...], codes_above: int, hnsw_above: int) -> Kind:
    """Choose the way to search; codes need pairs of dimensions."""
    count, dim = shape
    if count > hnsw_above:
        return "graph"
    return "codes" if count > codes_above and dim % 2 == 0 else "flat"


def _flat(vectors: NDArray[np.float32]) -> faiss.IndexScalarQuantizer:
    """Keep all vectors in half precision: half the memory to read, so two thirds of the time.

    Cosines come out right to about 1e-3; scores that decide are computed anew from ``vectors``.
    """
    kind, metric = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, metric)
    index.train(vectors)
    index.add(vectors)
    return index


def _codes(vectors: NDArray[np.float32]) -> faiss.IndexPQFastScan:
    """Keep 4 bits for each two dimensions, compared in registers.

    F. Andre, A.-M. Kermarrec and N. Le Scouarnec, "Quicker ADC: Unlocking the Hidden
    Potential of Product Quantization with SIMD", IEEE TPAMI 43 (2021), 1666-1677.
    """
    index = faiss.IndexPQFastScan(vectors.shape[1], vectors.shape[1] // 2, 4, faiss.METRIC_INNER_PRODUCT)
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


_BUILDERS: Mapping[Kind, Callable[[NDArray[np.float32]], faiss.Index]] = {
    "flat": _flat,
    "codes": _codes,
    "graph": _graph,
}
