"""A uniform sample of rows that stream by, the same however they are ordered."""

from __future__ import annotations

import heapq
from typing import Generic, TypeVar

from evaluation.resampling import name_hash

Kept = TypeVar("Kept")
_SEED = 20_260_202


class UniformSample(Generic[Kept]):
    """Keeps the rows whose names hash lowest, so each row is as likely as any other.

    Args:
        size: How many are kept at most.
    """

    def __init__(self, size: int) -> None:
        self.seen = 0
        self._size = size
        self._heap: list[tuple[int, int, Kept]] = []

    def add(self, name: str, kept: Kept) -> None:
        """Offer a row; names are unique."""
        entry = (-name_hash(name, _SEED), self.seen, kept)
        self.seen += 1
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, entry)
        elif self._heap and entry[:2] > self._heap[0][:2]:
            heapq.heapreplace(self._heap, entry)

    @property
    def rows(self) -> tuple[Kept, ...]:
        """Return what was kept, in the order it was offered."""
        return tuple(kept for _, _, kept in sorted(self._heap, key=lambda entry: entry[1]))

    @property
    def complete(self) -> bool:
        """Tell whether nothing was left out."""
        return self.seen <= self._size
