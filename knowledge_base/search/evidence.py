"""What speaks for an entry beside its best question: how many of its questions are near.

One question decides a lookup badly: neighbouring entries of one product share their
wording. An entry whose questions crowd around the query is the likelier one, so the
pool of near questions is summed up entry by entry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]

NEARNESS_TEMPERATURE = 0.05
"""Cosines this far apart count e times less in ``nearness``."""

SUPPORT_TEMPERATURE = 0.08
"""Fused scores this far apart count e times less in ``support``. Both temperatures were
chosen by hit@1 on the calibration set."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Questions near a query, with the place of each one's entry in ``entries``.

    Attributes:
        entries: int64 [entries], numbers of the entries that occur.
        slots: int64 [questions], where in ``entries`` each question's entry stands.
        positions: int64 [questions], their places in the index.
        dense: float32 [questions], cosines.
        lexical: float32 [questions].
        fused: float32 [questions].
    """

    entries: Positions
    slots: Positions
    positions: Positions
    dense: Floats
    lexical: Floats
    fused: Floats

    def best_question(self) -> Positions:
        """Return for each entry the slot of its best fused question in this pool."""
        best = np.empty(len(self.entries), dtype=np.int64)
        order = np.argsort(self.fused, kind="stable")
        best[self.slots[order]] = order  # the last, so the best, of each entry stays
        return best

    def nearness(self) -> Floats:
        """Return float32 [entries]: a soft maximum of the cosines, growing with their number."""
        weights = np.exp(self.dense / NEARNESS_TEMPERATURE)
        sums = np.bincount(self.slots, weights, minlength=len(self.entries))
        return np.asarray(NEARNESS_TEMPERATURE * np.log(np.maximum(sums, 1e-3)), dtype=np.float32)

    def support(self) -> Floats:
        """Return float32 [entries]: each entry's share of the pool, near questions counting most."""
        if not len(self.fused):
            return np.zeros(len(self.entries), dtype=np.float32)
        weights = np.exp((self.fused - self.fused.max()) / SUPPORT_TEMPERATURE)
        sums = np.bincount(self.slots, weights, minlength=len(self.entries))
        return np.asarray(sums / weights.sum(), dtype=np.float32)


def centres_of(vectors: Floats, owners: Positions, count: int) -> Floats:
    """Return float32 [count, dim]: the mean direction of each entry's questions.

    Args:
        vectors: float32 [questions, dim].
        owners: int64 [questions], each one's entry; -1 belongs to none.
        count: Entries in all.
    """
    centres = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    owned = owners >= 0
    np.add.at(centres, owners[owned], vectors[owned])
    return np.asarray(centres / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12))
