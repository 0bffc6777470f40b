"""Adds up the scores of rows that stream by, and gives their means with intervals.

Only sums are kept. The interval of a share is Wilson's, over Kish's effective number of rows;
where rows share conversations, over the number that the clustered bootstrap finds them worth
(``worth_of``).
The interval of a mean that is no share is the bootstrap's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.resampling import Draws
from evaluation.statistics import CONFIDENCE, RESAMPLES, wilson_interval
from evaluation.types import Metric

Floats = NDArray[np.float64]
NOTHING = Metric(None, None, None, 0)

_NONE = 1e-12
"""A variance that is only rounding."""


class MeanTally:
    """Weighted means of several scores at once.

    Args:
        names: The scores, in the order of the columns that are added.
        means: Those that are no shares of 0 or 1.
        clustered: Whether some rows share a conversation.
    """

    def __init__(self, names: Sequence[str], means: Collection[str] = (), clustered: bool = False) -> None:
        self._names = tuple(names)
        self._clustered = clustered
        self._is_mean = np.array([name in means for name in names], dtype=bool)
        self._drawn = np.ones(len(names), dtype=bool) if clustered else self._is_mean
        self._n = np.zeros(len(names), dtype=np.int64)
        self._sums = np.zeros((3, len(names)))  # of w, w squared, w times score
        self._drawn_sums = np.zeros((2, RESAMPLES, int(self._drawn.sum())))  # of w, w times score

    def add(self, scores: Floats, weights: Floats, draws: Draws) -> None:
        """Add rows.

        Args:
            scores: float64 [rows, names]; NaN where a row does not count.
            weights: float64 [rows], 0..1; rows of weight 0 do not count.
            draws: float32 [rows, resamples]; see ``draws_of``.
        """
        counted = ~np.isnan(scores) & (weights > 0)[:, None]
        weighed = np.where(counted, weights[:, None], 0.0)
        scored = weighed * np.where(counted, scores, 0.0)
        self._n += counted.sum(axis=0)
        self._sums += (weighed.sum(axis=0), (weighed**2).sum(axis=0), scored.sum(axis=0))
        if self._drawn.any():
            for sums, of_rows in zip(self._drawn_sums, (weighed, scored), strict=True):
                sums += draws.T @ of_rows[:, self._drawn].astype(np.float32)

    def metrics(self) -> dict[str, Metric]:
        """Return the mean of every score, by name."""
        return {name: self._metric(column) for column, name in enumerate(self._names)}

    def _metric(self, column: int) -> Metric:
        n, (weight, squares, scored) = int(self._n[column]), self._sums[:, column]
        if not n:
            return NOTHING
        value = float(scored / weight)
        if self._is_mean[column]:
            return Metric(value, *widened(self._resampled(column), value), n)
        value = min(1.0, value)
        rows = float(weight**2 / squares)
        if self._clustered:
            rows = worth_of(value, rows, float(weight), *self._drawn_of(column))
        return Metric(value, *wilson_interval(value, rows), n)

    def _resampled(self, column: int) -> Floats:
        """Return the mean in every resample that drew any row that counts."""
        weight, scored = self._drawn_of(column)
        return np.asarray(scored[weight > 0] / weight[weight > 0])

    def _drawn_of(self, column: int) -> Floats:
        """Return the summed weights, and weights times score, of every resample."""
        return np.asarray(self._drawn_sums[:, :, int(self._drawn[:column].sum())])


def worth_of(share: float, rows: float, weight: float, drawn: Floats, drawn_scored: Floats) -> float:
    """Return the number of independent rows that tell as much of a share as rows that share units.

    It gives the variance that the share has over the resamples. Where that has none - all rows
    succeed, or all fail, or all are of one unit - nothing tells rows of a unit apart, so each unit
    that has rows in the share counts as one: Kish's number of them, as ``clustered_n`` has it. It
    is found without knowing the units: as each is drawn Poisson(1) times, the resamples' summed
    weights have the units' summed squares for their variance.

    Source: N. Dean and M. Pagano, "Evaluating confidence interval methods for binomial
    proportions in clustered surveys", J. Survey Statistics and Methodology 3 (2015), 484-503.

    Args:
        share: What was found, 0..1.
        rows: Kish's number of all rows in it, the most it can be.
        weight: Their summed weight, above 0.
        drawn: float64 [resamples]: the summed weight of the rows in each resample.
        drawn_scored: The same of those that succeed.
    """
    seen = drawn > 0
    variance = float(np.var(drawn_scored[seen] / drawn[seen])) if seen.any() else 0.0
    if 0 < share < 1 and variance > _NONE:
        worth = share * (1 - share) / variance
    else:
        worth = weight**2 / float(np.mean((drawn - weight) ** 2))
    return max(1.0, min(rows, worth))


def widened(values: Floats, value: float) -> tuple[float, float]:
    """Return the percentile interval of a figure's resamples, widened to hold the figure itself."""
    if not len(values):
        return value, value
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return min(float(low), value), max(float(high), value)
