"""Does an encoder find the entry of a wording it was not taught? The check of the training."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """How often the right entry came first, or among three; mean reciprocal rank; questions."""

    hit_1: float
    hit_3: float
    mrr: float
    n: int

    def as_dict(self) -> dict[str, float]:
        """Return the figures by name, for a report."""
        return asdict(self)


def set_aside(
    groups: Sequence[Sequence[str]], every: int, rng: random.Random
) -> tuple[list[list[str]], list[tuple[str, int]]]:
    """Take one question out of every ``every``-th group with at least four.

    Returns:
        The groups without those questions, and the questions with their group's place.
    """
    left = [list(group) for group in groups]
    places = [place for place in range(0, len(left), every) if len(left[place]) >= 4]
    asked = [(left[place].pop(rng.randrange(1, len(left[place]))), place) for place in places]
    return left, asked


def retrieval(encode: Encode, groups: Sequence[Sequence[str]], asked: Sequence[tuple[str, int]]) -> Retrieval:
    """Rank the groups for each asked question by their nearest member, and score the ranks.

    Args:
        encode: Gives vectors of length 1.
        groups: The questions of each entry, without the asked ones.
        asked: Questions with the place of the group they belong to.
    """
    known = encode([question for group in groups for question in group])
    similar = encode([question for question, _ in asked]) @ known.T
    starts = np.cumsum([0, *(len(group) for group in groups)])[:-1]
    best = np.maximum.reduceat(similar, starts, axis=1)
    truth = np.array([place for _, place in asked])
    right = best[np.arange(len(asked)), truth]
    ranks = 1 + (best > right[:, None]).sum(axis=1)
    return Retrieval(
        float((ranks == 1).mean()), float((ranks <= 3).mean()), float((1 / ranks).mean()), len(asked)
    )
