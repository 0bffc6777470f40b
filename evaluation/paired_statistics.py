"""Whether two runs over the same rows differ: tests and intervals for pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from evaluation.resampling import draws_of
from evaluation.statistics import RESAMPLES
from evaluation.tally import widened
from evaluation.types import Case

EXACT_UP_TO = 200
"""Discordant clusters up to which the test is exact; the approximation is good far earlier."""
_BLOCK = 4096

Sums = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """Second minus first.

    Attributes:
        value: The difference seen, or None where one of the figures is undefined.
        low: Lower end of the 95 % bootstrap interval; ``high`` likewise.
        p: Two-sided p-value of "there is no difference", from the same draws.
    """

    value: float | None
    low: float | None
    high: float | None
    p: float


def clusters_of(conversations: Sequence[str]) -> NDArray[np.intp]:
    """Number the clusters of rows: rows of a conversation share one, each other row has its own.

    Returns:
        Shape (rows,), numbers from 0.
    """
    names = [name or index for index, name in enumerate(conversations)]
    numbers: dict[str | int, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.intp)


def mcnemar(better: NDArray[np.bool_], worse: NDArray[np.bool_], clusters: NDArray[np.intp]) -> float:
    """Return the two-sided p-value of "as many rows got better as got worse".

    For each cluster the rows that got better less those that got worse are taken; under the null
    hypothesis each of these sums is as likely with the other sign. With few clusters that differ
    their distribution is exact, else it is normal. Where no rows share a cluster these are the
    exact and the asymptotic test of McNemar.

    Source: Q. McNemar, Psychometrika 12 (1947), 153-157; for clusters N. A. Obuchowski,
    "On the comparison of correlated proportions for clustered data", Statistics in Medicine 17
    (1998), 1495-1507 (the sign test over clusters is its exact counterpart).

    Args:
        better: Shape (rows,): wrong before, right now.
        worse: Shape (rows,): right before, wrong now.
        clusters: Shape (rows,): numbers of the clusters.
    """
    sums = np.bincount(clusters, better.astype(np.float64) - worse)
    moved = np.abs(sums[sums != 0]).astype(np.intp)
    total = abs(int(sums.sum()))
    if not len(moved):
        return 1.0
    if len(moved) <= EXACT_UP_TO:
        return _sign_flips(moved, total)
    return float(special.erfc(total / math.sqrt(2 * float((moved**2).sum()))))


def _sign_flips(moved: NDArray[np.intp], total: int) -> float:
    """Return P(|sum of the numbers with random signs| >= total), by convolution."""
    chances = np.ones(1)
    for size in moved:
        grown = np.zeros(len(chances) + 2 * int(size))
        grown[: len(chances)] += chances / 2
        grown[2 * int(size) :] += chances / 2
        chances = grown
    reach = int(moved.sum())
    sums = np.arange(-reach, reach + 1)
    return min(1.0, float(chances[np.abs(sums) >= total].sum()))


def resampled_sums(cases: Sequence[Case], columns: NDArray[np.float64]) -> Sums:
    """Return the sums of columns over all rows, and over every bootstrap resample of whole conversations.

    Args:
        cases: The rows; those of a conversation are drawn together (see ``evaluation.resampling``).
        columns: float64 [rows, columns].

    Returns:
        float64 [1 + resamples, columns]; the first row is of no resample.
    """
    drawn = np.zeros((RESAMPLES, columns.shape[1]))
    for start in range(0, len(cases), _BLOCK):
        rows = slice(start, start + _BLOCK)
        drawn += draws_of(cases[rows]).T @ columns[rows].astype(np.float32)
    return np.vstack([columns.sum(axis=0), drawn])


def difference_of(values: NDArray[np.float64]) -> Difference:
    """Return a difference with the percentile interval and the p-value of its bootstrap draws.

    Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), chapters 13 and 15.

    Args:
        values: float64 [1 + resamples]: the difference seen, then that of every resample; NaN
            where it is undefined.
    """
    seen, drawn = float(values[0]), values[1:][~np.isnan(values[1:])]
    if math.isnan(seen):
        return Difference(None, None, None, 1.0)
    low, high = widened(drawn, seen)
    beyond = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return Difference(seen, low, high, min(1.0, 2 * (beyond + 1) / (len(drawn) + 1)))
