"""Puts texts together that mean the same, by average linkage of their vectors' cosines.

Two groups are joined while the mean cosine over all their pairs is above a threshold (group
average, Sokal and Michener, University of Kansas Science Bulletin 38 (1958), 1409-1438). For
vectors of length 1 that mean is the product of the groups' mean vectors, so that of many texts
only a core is linked, and each further one goes to the group it is nearest to by the same
measure; what is near to none makes the next core. Memory is bounded by the core, not by the texts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TOGETHER = 0.35
"""Mean cosine from which on texts are one topic; see docs/loop.md for how it was found."""

CORE = 4000
"""Texts that are linked at once: 64 MB, two seconds."""

_MAX_CORES = 4
_PAGE = 1024

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]


def group_by_meaning(vectors: Floats, together: float = TOGETHER, core: int = CORE) -> Labels:
    """Return the group of each text, 0, 1, 2...

    Args:
        vectors: float32 [texts, dim], rows of length 1, those that matter most first.
        together: Mean cosine from which on groups are joined, 0..1.
        core: Texts that are linked at once.
    """
    labels = np.full(len(vectors), -1, dtype=np.intp)
    centres = np.empty((0, vectors.shape[1]), dtype=np.float32)
    for _ in range(_MAX_CORES):
        loose = np.flatnonzero(labels < 0)
        if not len(loose):
            break
        some = loose[:core]
        found = _linked(vectors[some], together)
        labels[some] = found + len(centres)
        centres = np.vstack([centres, _means(vectors[some], found)])
        _join_nearest(vectors, labels, loose[core:], centres, together)
    rest = np.flatnonzero(labels < 0)
    labels[rest] = len(centres) + np.arange(len(rest))
    return labels


def _linked(vectors: Floats, together: float) -> Labels:
    if len(vectors) == 1:
        return np.zeros(1, dtype=np.intp)
    from scipy.cluster.hierarchy import fcluster, linkage  # loaded where gaps are looked for
    from scipy.spatial.distance import squareform

    distances = 1 - vectors @ vectors.T
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(np.clip(distances, 0, 2), checks=False), "average")
    return np.asarray(fcluster(tree, 1 - together, "distance") - 1, dtype=np.intp)


def _means(vectors: Floats, labels: Labels) -> Floats:
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    return np.asarray(sums / np.bincount(labels)[:, None], dtype=np.float32)


def _join_nearest(vectors: Floats, labels: Labels, places: Labels, centres: Floats, together: float) -> None:
    for start in range(0, len(places), _PAGE):
        page = places[start : start + _PAGE]
        near = vectors[page] @ centres.T
        best = near.argmax(axis=1)
        fits = near[np.arange(len(page)), best] >= together
        labels[page[fits]] = best[fits]
