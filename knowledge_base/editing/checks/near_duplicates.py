"""Questions of different entries that are nearly the same, by approximate neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.editing.checks.entry import MAX_LIKENESS
from knowledge_base.editing.checks.likeness import jaccard, letter_bigrams
from knowledge_base.search.search import SearchIndex

NEIGHBOURS = 32
"""Nearest questions looked at: more than an entry has variants, so that another entry's is seen."""

_ALIKE = 0.8
"""Cosine below which two questions do not share four fifths of their bigrams."""

_BATCH = 4096


@dataclass(frozen=True, slots=True)
class Twins:
    """Two questions of different entries with a bigram Jaccard index above the bound."""

    entry_id: str
    question: str
    other_id: str
    other_question: str
    likeness: float

    def __str__(self) -> str:
        """Return both questions in one line."""
        return (
            f"{self.question!r} is nearly {self.other_question!r} of {self.other_id!r} ({self.likeness:.2f})"
        )


@dataclass(frozen=True, slots=True)
class ForeignCosines:
    """The questions of other entries among each question's nearest.

    Attributes:
        pairs: int64 [pairs, 2], positions of questions whose cosine is above ``_ALIKE``.
        best: float32 [n], cosine of each question's nearest of another entry; -1 for none near,
            or not asked.
    """

    pairs: NDArray[np.int64]
    best: NDArray[np.float32]


def foreign_cosines(
    index: SearchIndex, owners: NDArray[np.int64], asked: NDArray[np.int64]
) -> ForeignCosines:
    """Look at the nearest neighbours of questions, never at all pairs.

    Args:
        index: The index; questions after the first n, examples, are not looked at.
        owners: int64 [n], a number for the entry of each question.
        asked: int64, the positions of the questions whose neighbours are looked at.
    """
    best = np.full(len(owners), -1.0, dtype=np.float32)
    pairs: list[NDArray[np.int64]] = []
    for start in range(0, len(asked), _BATCH):
        rows = asked[start : start + _BATCH]
        positions, cosines = index.dense.search_many(index.dense.at(rows), NEIGHBOURS)
        known = (positions >= 0) & (positions < len(owners))
        foreign = known & (owners[np.where(known, positions, 0)] != owners[rows][:, None])
        best[rows] = np.where(foreign, cosines, -1.0).max(axis=1, initial=-1.0)
        row, column = np.nonzero(foreign & (cosines >= _ALIKE))
        pairs.append(np.column_stack([rows[row], positions[row, column]]))
    together = np.concatenate(pairs) if pairs else np.empty((0, 2), dtype=np.int64)
    return ForeignCosines(np.unique(np.sort(together, axis=1), axis=0), best)


def near_duplicates(index: SearchIndex, cosines: ForeignCosines) -> tuple[Twins, ...]:
    """Return the pairs of questions whose letters are nearly the same, most alike first."""
    bigrams = {int(i): letter_bigrams(index.questions[i].text) for i in np.unique(cosines.pairs)}
    found = []
    for one, other in cosines.pairs.tolist():
        likeness = jaccard(bigrams[one], bigrams[other])
        if likeness > MAX_LIKENESS:
            a, b = index.questions[one], index.questions[other]
            found.append(Twins(a.entry_id, a.text, b.entry_id, b.text, likeness))
    return tuple(sorted(found, key=lambda twins: (-twins.likeness, twins.entry_id, twins.question)))
