"""Sums of what was counted, and the figure with its interval and verdict that they give."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

from evaluation.online.definitions import MINIMUM, Definition, Unit
from evaluation.online.targets import Target
from evaluation.statistics import CONFIDENCE, wilson_interval

Verdict = Literal["met", "missed", "unsure", "too_few", "untargeted", "missing"]
"""``unsure``: the interval holds the target; ``missing``: there is nothing to take it over."""

_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_CENTISECONDS = 100.0


@dataclass(frozen=True, slots=True)
class Sums:
    """How many units counted, their sum and the sum of their squares."""

    n: int = 0
    total: int = 0
    squares: int = 0

    def __add__(self, other: Sums) -> Sums:
        """Return both together."""
        return Sums(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @property
    def mean(self) -> float:
        """Return the mean of the units, of which there is at least one."""
        return self.total / self.n

    @property
    def variance(self) -> float:
        """Return the variance of their mean; 0 for a single unit."""
        if self.n < 2:
            return 0.0
        spread = (self.squares - self.total**2 / self.n) / (self.n - 1)
        return max(spread, 0.0) / self.n


def sum_of(parts: Iterable[Sums]) -> Sums:
    """Return all together."""
    return sum(parts, Sums())


@dataclass(frozen=True, slots=True)
class Value:
    """A figure with its 95 % interval; all None where no unit counts."""

    value: float | None
    low: float | None
    high: float | None
    n: int


NOTHING = Value(None, None, None, 0)


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of a period.

    Attributes:
        trend: The same by day, only days with units.
        verdict: Whether the target is reached, as far as the interval tells.
    """

    definition: Definition
    value: Value
    target: Target | None
    verdict: Verdict
    trend: Mapping[str, Value]


def value_of(sums: Sums, unit: Unit) -> Value:
    """Return the figure that sums give.

    Shares have Wilson's interval; means the normal one from the sample variance, which the
    central limit theorem allows from some dozens of units on.
    """
    if sums.n == 0:
        return NOTHING
    if unit == "share":
        share = sums.mean
        return Value(share, *wilson_interval(share, sums.n), sums.n)
    half = _Z * math.sqrt(sums.variance)
    if unit == "points":
        low, high = max(-1.0, sums.mean - half), min(1.0, sums.mean + half)
        return Value(100 * sums.mean, 100 * low, 100 * high, sums.n)
    scale = _CENTISECONDS if unit == "seconds" else 1.0
    low, high = max(0.0, sums.mean - half), sums.mean + half
    return Value(sums.mean / scale, low / scale, high / scale, sums.n)


def change_of(now: Sums, before: Sums) -> Value:
    """Return the relative change of a mean, with the interval of the ratio by the delta method.

    Source: W. Cochran, Sampling Techniques (3rd ed. 1977), section 6.4, on the logarithm of a
    ratio of two independent means.
    """
    if not now.n or not before.n or not now.total or not before.total:
        return Value(None, None, None, min(now.n, before.n))
    ratio = now.mean / before.mean
    half = _Z * math.sqrt(now.variance / now.mean**2 + before.variance / before.mean**2)
    low, high = ratio * math.exp(-half), ratio * math.exp(half)
    return Value(ratio - 1, low - 1, high - 1, min(now.n, before.n))


def signed_change_of(now: Sums, before: Sums) -> Value:
    """Return the relative change of a mean that may be negative, with Fieller's interval.

    None where the mean before is not surely above 0: a change relative to it says nothing.

    Source: E. Fieller, "Some problems in interval estimation", JRSS B 16 (1954), 175-185, for
    two independent means.
    """
    n = min(now.n, before.n)
    unsure = _Z**2 * before.variance
    if n < 2 or before.mean <= 0 or unsure >= before.mean**2:
        return Value(None, None, None, n)
    g, ratio = unsure / before.mean**2, now.mean / before.mean
    half = _Z / before.mean * math.sqrt(now.variance * (1 - g) + ratio**2 * before.variance)
    low, high = (ratio - half) / (1 - g), (ratio + half) / (1 - g)
    return Value(ratio - 1, low - 1, high - 1, n)


def verdict_of(value: Value, target: Target | None) -> Verdict:
    """Tell whether a target is reached, as far as the interval tells."""
    if value.value is None or value.low is None or value.high is None:
        return "missing"
    if target is None:
        return "untargeted"
    if target.always:
        return "met" if value.value >= 1 else "missed"
    if value.n < MINIMUM:
        return "too_few"
    if target.at_least is not None:
        good, bad = value.low >= target.at_least, value.high < target.at_least
    else:
        most = target.at_most or 0.0
        good, bad = value.high <= most, value.low > most
    return "met" if good else "missed" if bad else "unsure"
