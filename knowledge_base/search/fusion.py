"""One ranking from two: a weighted sum of scores that share a scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DENSE_WEIGHT = 0.6
"""Share of the dense score. Both scores lie in 0..1 for related texts, so a convex
sum keeps their margins, which rank fusion would lose (Bruch et al. 2023, "An
Analysis of Fusion Functions for Hybrid Retrieval"); confidence needs the margins."""


def fuse(
    dense: NDArray[np.float32], lexical: NDArray[np.float32], dense_weight: float = DENSE_WEIGHT
) -> NDArray[np.float32]:
    """Return ``w * max(dense, 0) + (1 - w) * lexical``, elementwise, 0..1."""
    fused = dense_weight * np.maximum(dense, 0.0) + (1.0 - dense_weight) * lexical
    return fused.astype(np.float32)
