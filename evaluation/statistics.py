"""Intervals and agreement; every formula with its source."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from evaluation.types import Metric

CONFIDENCE = 0.95
RESAMPLES = 1000
SEED = 20_260_101


def wilson_interval(share: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's score interval of a proportion.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", JASA 22 (1927), 209-212; recommended by Brown, Cai and DasGupta,
    Statistical Science 16 (2001), 101-133.

    Args:
        share: The proportion seen, 0..1.
        n: Number of trials above 0; an effective, fractional one for weighted rows.
        confidence: Two-sided coverage, 0..1.

    Raises:
        ValueError: ``n`` or ``share`` is out of range.
    """
    if n <= 0 or not 0 <= share <= 1:
        raise ValueError(f"a share of 0..1 over n > 0 is needed, not {share!r} over {n!r}")
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = math.sqrt(z2 * (share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    # at 0 and 1 the bound equals the share; rounding must not push it past
    return min(share, max(0.0, centre - half)), max(share, min(1.0, centre + half))


def effective_n(weights: NDArray[np.float64]) -> float:
    """Return the number of equally weighted rows that carry as much information, 0 for none.

    Source: L. Kish, Survey Sampling (1965), section 11.7: ``(sum w)^2 / sum w^2``.

    Args:
        weights: Shape (rows,), none negative.
    """
    peak = float(weights.max(initial=0.0))
    if peak == 0:
        return 0.0
    scaled = weights / peak  # squares of tiny or huge weights would leave the range of a float
    return float(scaled.sum() ** 2 / (scaled**2).sum())


def clustered_n(
    successes: NDArray[np.bool_], weights: NDArray[np.float64], clusters: NDArray[np.intp]
) -> float:
    """Return the number of independent rows that tell as much as rows that share clusters.

    It gives the share's variance over clusters, linearised: D. Binder, "On the variances of
    asymptotically normal estimators from complex surveys", International Statistical Review 51
    (1983), 279-292; as a number of rows: N. Dean and M. Pagano, J. Survey Statistics and
    Methodology 3 (2015), 484-503. Never more than Kish's number of all rows. Where all rows
    succeed or fail nothing tells them apart, so each cluster counts as one.

    Args:
        successes: Shape (rows,).
        weights: Shape (rows,), none negative, not all 0.
        clusters: Shape (rows,): numbers of the clusters.
    """
    share = float(np.average(successes, weights=weights))
    of_clusters = np.bincount(clusters, weights).astype(np.float64)
    count = int((of_clusters > 0).sum())
    if share in (0.0, 1.0) or count < 2:
        return effective_n(of_clusters)
    scaled = weights / weights.sum()
    residuals = np.bincount(clusters, scaled * (successes - share))
    variance = count / (count - 1) * float((residuals**2).sum())
    worth = share * (1 - share) / variance if variance > 0 else count
    return max(1.0, min(effective_n(weights), worth))


def proportion(successes: NDArray[np.bool_], weights: NDArray[np.float64]) -> Metric:
    """Return a weighted share with Wilson's interval over Kish's effective n.

    Args:
        successes: Shape (rows,).
        weights: Shape (rows,); rows of weight 0 do not count.
    """
    n = int((weights > 0).sum())
    if n == 0:
        return Metric(None, None, None, 0)
    share = min(1.0, float(weights[successes].sum() / weights.sum()))
    low, high = wilson_interval(share, effective_n(weights))
    return Metric(share, low, high, n)


def bootstrap_interval(
    statistic: Callable[[NDArray[np.intp]], float],
    n: int,
    *,
    units: Sequence[Hashable] | None = None,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of any statistic over rows.

    For figures that are no plain proportion: macro-F1, ratios of sums. The same seed
    gives the same interval.

    Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13;
    clusters: C. Field and A. Welsh, "Bootstrapping clustered data", JRSS B 69 (2007), 369-390.

    Args:
        statistic: Takes the drawn rows' indices, shape (n,) unless there are units, and returns
            the figure.
        n: Number of rows, at least 1.
        units: The unit of each row, such as its conversation; whole units are drawn then.
        confidence: Two-sided coverage, 0..1.
        resamples: How often rows are drawn.
        seed: Seed of the draws.

    Raises:
        ValueError: ``n`` is below 1.
    """
    if n < 1:
        raise ValueError(f"nothing to draw from: n is {n!r}")
    random = np.random.default_rng(seed)
    draw = _unit_draws(units, random) if units is not None else lambda: random.integers(0, n, n)
    values = [statistic(draw()) for _ in range(resamples)]
    tail = (1 - confidence) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _unit_draws(units: Sequence[Hashable], random: np.random.Generator) -> Callable[[], NDArray[np.intp]]:
    """Return a function that draws whole units, as many as there are, and gives their rows."""
    places = {unit: place for place, unit in enumerate(dict.fromkeys(units))}
    unit_of_row = np.array([places[unit] for unit in units])
    order = np.argsort(unit_of_row, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(unit_of_row))[:-1])

    def draw() -> NDArray[np.intp]:
        return np.concatenate([members[place] for place in random.integers(0, len(members), len(members))])

    return draw


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float | None:
    """Return the agreement of two reviewers beyond chance, 1 for perfect.

    ``None`` where it is undefined: nothing was judged, or both gave one and the same
    verdict throughout, so that chance alone agrees wholly.

    Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and
    Psychological Measurement 20 (1960), 37-46.

    Raises:
        ValueError: The reviewers did not judge equally many items.
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} verdicts against {len(second)}: both must judge every item")
    n = len(first)
    if n == 0 or len({*first, *second}) == 1:
        return None
    seen = sum(a == b for a, b in zip(first, second, strict=True)) / n
    labels = {*first, *second}
    chance = sum(list(first).count(label) * list(second).count(label) for label in labels) / n**2
    return (seen - chance) / (1 - chance)


def equal_mass_bins(values: NDArray[np.float64], bins: int) -> list[NDArray[np.intp]]:
    """Return the rows of each of ``bins`` bins of about equally many, lowest values first.

    Equal values share a bin: else the order of the rows would decide what a bin holds.

    Args:
        values: Shape (rows,).
        bins: How many; fewer where there are fewer rows or values.
    """
    order = np.argsort(values, kind="stable")
    sizes = [len(part) for part in np.array_split(order, min(bins, max(len(order), 1)))]
    ranked, bin_of_place = values[order], np.repeat(np.arange(len(sizes)), sizes)
    bin_of_row = bin_of_place[np.searchsorted(ranked, ranked)]
    return [order[bin_of_row == at] for at in np.unique(bin_of_row)]


def expected_calibration_error(
    probabilities: NDArray[np.float64], outcomes: NDArray[np.bool_], bins: int
) -> float:
    """Mean distance between stated probability and observed share over equal-mass bins.

    Args:
        probabilities: float64 [n], 0..1.
        outcomes: bool [n].
        bins: How many bins; each holds about n / bins rows.

    Returns:
        0..1, weighted by the rows of each bin (Naeini et al. 2015, with the
        equal-mass bins of Nixon et al. 2019). 0 without rows.
    """
    if not len(probabilities):
        return 0.0
    gaps = [
        len(part) * abs(float(probabilities[part].mean()) - float(outcomes[part].mean()))
        for part in equal_mass_bins(probabilities, bins)
    ]
    return sum(gaps) / len(probabilities)


def chance_of_at_least(successes: ArrayLike, n: ArrayLike, share: float) -> NDArray[np.float64]:
    """Return P(X >= successes) of a binomial X, the exact p-value against "the share is at most this".

    Args:
        successes: Integers, any shape.
        n: Trials, of a shape that broadcasts; where it is 0 the result is 1.
        share: The share to be refuted, 0..1.
    """
    k, trials = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    tail = special.betainc(np.maximum(k, 1), np.maximum(trials - k, 0) + 1, share)
    return np.where(k <= 0, 1.0, tail)


def chance_of_at_most(successes: ArrayLike, n: ArrayLike, share: float) -> NDArray[np.float64]:
    """Return P(X <= successes) of a binomial X, the exact p-value against "the share is at least this".

    Args and result as in ``chance_of_at_least``.
    """
    k, trials = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    tail = special.betaincc(k + 1, np.maximum(trials - k, 1), share)
    return np.where(k >= trials, 1.0, tail)


def lower_bound(successes: ArrayLike, n: ArrayLike, confidence: float = CONFIDENCE) -> NDArray[np.float64]:
    """Return the exact one-sided lower bound of a proportion; 0 without successes.

    Source: C. Clopper and E. Pearson, "The use of confidence or fiducial limits illustrated
    in the case of the binomial", Biometrika 26 (1934), 404-413.

    Args:
        successes: Integers, any shape.
        n: Trials, of a shape that broadcasts.
        confidence: One-sided coverage, 0..1.
    """
    k, trials = np.asarray(successes, dtype=np.float64), np.asarray(n, dtype=np.float64)
    bound = special.betaincinv(np.maximum(k, 1), np.maximum(trials - k, 0) + 1, 1 - confidence)
    return np.where(k <= 0, 0.0, bound)


def upper_bound(successes: ArrayLike, n: ArrayLike, confidence: float = CONFIDENCE) -> NDArray[np.float64]:
    """Return the exact one-sided upper bound of a proportion (see ``lower_bound``); 1 without failures."""
    return 1.0 - lower_bound(np.asarray(n) - np.asarray(successes), n, confidence)
