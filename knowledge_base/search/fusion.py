"""One ranking from several: weighted sums of scores that share a scale.

All scores lie in 0..1 for related texts, so a convex sum keeps their margins, which rank
fusion would lose (Bruch et al. 2023, "An Analysis of Fusion Functions for Hybrid
Retrieval"); confidence needs the margins.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DENSE_WEIGHT = 0.6
"""Share of the dense score in the score of a single question."""

BEST_QUESTION, NEARNESS, CENTRE, DOCUMENT = 0.10, 0.30, 0.16, 0.44
"""Shares of an entry's scores in its fused one: the cosine of its best question, of all its
near questions, of their mean direction, and BM25 over all of them as one text. Fitted on
the calibration set by ``training.confidence.fit_ranking`` without intents, then scaled to
a sum of 1."""


def fuse(dense: Floats, lexical: Floats, dense_weight: float = DENSE_WEIGHT) -> Floats:
    """Return ``w * max(dense, 0) + (1 - w) * lexical`` of single questions, elementwise, 0..1."""
    fused = dense_weight * np.maximum(dense, 0.0) + (1.0 - dense_weight) * lexical
    return fused.astype(np.float32)


def fuse_entries(dense: Floats, nearness: Floats, centre: Floats, document: Floats) -> Floats:
    """Return the fused score of entries, elementwise; negative cosines count as 0."""
    by_meaning = BEST_QUESTION * np.maximum(dense, 0.0) + NEARNESS * np.maximum(nearness, 0.0)
    return np.asarray(by_meaning + CENTRE * np.maximum(centre, 0.0) + DOCUMENT * document, dtype=np.float32)
