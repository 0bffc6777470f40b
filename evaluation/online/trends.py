"""Whether something is asked more than before, by more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from evaluation.multiple_testing import benjamini_hochberg
from evaluation.statistics import CONFIDENCE, chance_of_at_least, chance_of_at_most, lower_bound, upper_bound

LEVEL = 0.05

Direction = Literal["new", "rising", "steady", "falling"]


@dataclass(frozen=True, slots=True)
class Trend:
    """A count against that of the period before.

    Attributes:
        before: The count of the period before.
        ratio: Of the two rates; None where there was nothing before.
        low: Of its interval (95 %); ``high`` is None where it has no end.
        q: Chance of as much by itself, corrected for how many trends were looked at.
    """

    before: int
    ratio: float | None
    low: float
    high: float | None
    q: float
    direction: Direction


def trends(now: Sequence[int], before: Sequence[int], exposure: tuple[int, int]) -> tuple[Trend, ...]:
    """Compare counts with those of the period before.

    Given both counts of a topic together, the present one is binomial where the rates are the
    same (J. Przyborowski and H. Wilenski, Biometrika 31 (1940), 313-323); the interval of the
    ratio is that of Clopper and Pearson for the binomial's share. Of all topics those are called
    rising or falling that Benjamini and Hochberg (JRSS B 57 (1995), 289-300) keep at 5 %.

    Args:
        now: Independent units of each topic, such as conversations.
        before: The same of the period before.
        exposure: How much was asked at all in the two periods, now and before.
    """
    if not len(now):
        return ()
    recent, total = np.asarray(now), np.asarray(now) + np.asarray(before)
    share = exposure[0] / max(sum(exposure), 1)
    if exposure[1] == 0 or exposure[0] == 0:  # nothing to compare with
        return tuple(Trend(int(b), None, 0.0, None, 1.0, "steady") for b in before)
    tails = np.minimum(chance_of_at_least(recent, total, share), chance_of_at_most(recent, total, share))
    q = benjamini_hochberg(np.minimum(1.0, 2 * tails))
    tail = (1 + CONFIDENCE) / 2
    low, high = lower_bound(recent, total, tail), upper_bound(recent, total, tail)
    return tuple(
        _trend(int(recent[i]), int(before[i]), float(low[i]), float(high[i]), share, float(q[i]))
        for i in range(len(recent))
    )


def _trend(now: int, before: int, low: float, high: float, share: float, q: float) -> Trend:
    def ratio_of(part: float) -> float:
        return part / (1 - part) * (1 - share) / share

    ratio = ratio_of(now / (now + before)) if before else None
    bounds = ratio_of(low), ratio_of(high) if high < 1 else None
    direction: Direction = "steady"
    if q <= LEVEL:
        grows = ratio is None or ratio > 1
        direction = "falling" if not grows else "rising" if before else "new"
    return Trend(before, ratio, *bounds, q, direction)
