"""Parts of an index in which one run of texts is exchanged, without making the rest anew.

Building the index of all questions takes seconds; who tries out a draft changes those of one
entry. Positions before the run stay, those after it move by what the run grew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


class DenseIndex(Protocol):
    """Vectors that are searched by meaning."""

    def __len__(self) -> int:
        """Return the number of vectors."""
        ...

    def at(self, positions: Positions) -> Floats:
        """Return float32 [positions, dim], the vectors at these places."""
        ...

    def search(self, query: Floats, top: int) -> tuple[Positions, Floats]:
        """Return positions and cosines of the nearest vectors, best first."""
        ...

    def search_many(self, queries: Floats, top: int) -> tuple[Positions, Floats]:
        """Return the same of several queries, a row each; a position of -1 is none."""
        ...


class Lexical(Protocol):
    """Texts that are searched by words."""

    def scores(self, terms: Sequence[str]) -> Floats:
        """Return float32 [n], the score of every text, 0..1."""
        ...

    def score_of(self, terms: Sequence[str], document: Sequence[str]) -> float:
        """Return the score of a text that is not indexed."""
        ...


@dataclass(frozen=True, slots=True)
class Splice:
    """``start`` and ``stop`` of the run that goes, and how many texts come in its place."""

    start: int
    stop: int
    added: int

    @property
    def removed(self) -> int:
        """Return how many texts go."""
        return self.stop - self.start

    def moved(self, positions: Positions) -> Positions:
        """Return where the texts at old ``positions`` are now; -1 for those that went, or were none."""
        moved = np.where(positions >= self.stop, positions + self.added - self.removed, positions)
        return np.where((positions >= self.start) & (positions < self.stop), -1, moved)

    def apply(self, old: NDArray[np.generic], new: NDArray[np.generic]) -> NDArray[np.generic]:
        """Return an array of old values with the new ones in the place of the run."""
        return np.concatenate([old[: self.start], new, old[self.stop :]])


class SplicedDense:
    """An index of vectors with some exchanged.

    Args:
        base: All the old ones.
        splice: Which of them go.
        vectors: float32 [added, dim], what comes instead.
    """

    def __init__(self, base: DenseIndex, splice: Splice, vectors: Floats) -> None:
        self._base, self._splice, self._vectors = base, splice, vectors

    def __len__(self) -> int:
        """Return the number of vectors."""
        return len(self._base) - self._splice.removed + self._splice.added

    def at(self, positions: Positions) -> Floats:
        """Return float32 [positions, dim], the vectors at these places."""
        start, added = self._splice.start, self._splice.added
        new = (positions >= start) & (positions < start + added)
        grown = added - self._splice.removed
        before = np.where(positions >= start + added, positions - grown, positions)
        found = self._base.at(np.where(new, 0, before)).copy()
        found[new] = self._vectors[positions[new] - start]
        return found

    def search(self, query: Floats, top: int) -> tuple[Positions, Floats]:
        """Return positions and cosines of the nearest vectors, best first."""
        positions, cosines = self.search_many(query[None, :], top)
        there = positions[0] >= 0
        return positions[0][there], cosines[0][there]

    def search_many(self, queries: Floats, top: int) -> tuple[Positions, Floats]:
        """Return the same of several queries, a row each; a position of -1 is none."""
        old, old_cosines = self._base.search_many(queries, top + self._splice.removed)
        moved = self._splice.moved(old)
        new = self._splice.start + np.arange(self._splice.added, dtype=np.int64)
        positions = np.hstack([moved, np.broadcast_to(new, (len(queries), len(new)))])
        cosines = np.hstack([np.where(moved < 0, -2.0, old_cosines), queries @ self._vectors.T])
        best = np.argsort(-cosines, axis=1, kind="stable")[:, : min(top, len(self))]
        return np.take_along_axis(positions, best, 1), np.take_along_axis(cosines, best, 1).astype(np.float32)


class SplicedLexical:
    """An index of words with some texts exchanged; how rare a word is, is told by the old ones.

    Args:
        base: All the old texts.
        splice: Which of them go.
        documents: The terms of what comes instead.
    """

    def __init__(self, base: Lexical, splice: Splice, documents: Sequence[Sequence[str]]) -> None:
        self._base, self._splice, self._documents = base, splice, documents

    @cached_property
    def _known(self) -> list[frozenset[str]]:
        return [frozenset(document) for document in self._documents]

    def scores(self, terms: Sequence[str]) -> Floats:
        """Return float32 [n], the score of every text, 0..1."""
        asked = frozenset(terms)
        new = [
            self._base.score_of(terms, document) if asked & known else 0.0
            for document, known in zip(self._documents, self._known, strict=True)
        ]
        spliced = self._splice.apply(self._base.scores(terms), np.array(new, dtype=np.float32))
        return np.asarray(spliced, dtype=np.float32)

    def score_of(self, terms: Sequence[str], document: Sequence[str]) -> float:
        """Return the score of a text that is not indexed."""
        return self._base.score_of(terms, document)
