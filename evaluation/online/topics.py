"""What customers ask most, and what they ask more and more.

Counted are contacts (evaluation/online/facts/contacts.py): one who asks five times in an hour
is one. A topic rises if its share of the last week's contacts is above that of the four weeks
before by more than chance. Given both counts together, the recent one is binomial (the exact
conditional test of two Poisson rates, Przyborowski and Wilenski, Biometrika 31 (1940), 313-323).
Days vary more than that: counts are divided by the dispersion of the reference days (Pearson's
chi square over its degrees of freedom, never below 1), and because that is an estimate, the
normal deviate of the result is taken for one of Student's t (McCullagh and Nelder, Generalized
Linear Models, 2nd ed. 1989, sections 4.5 and 9.2).
Of all topics those are named that the procedure of Benjamini and Hochberg (JRSS B 57 (1995),
289-300) keeps at 5 %, so that of those named at most one in twenty rises by chance.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy import special
from sqlalchemy.orm import Session

from evaluation.multiple_testing import benjamini_hochberg
from evaluation.online.counting import Filter
from evaluation.online.days import Period
from evaluation.online.facts.contacts import REPEATS
from evaluation.online.facts.family import Scope
from evaluation.online.rollups import counts_by
from evaluation.statistics import CONFIDENCE, chance_of_at_least, wilson_interval

RECENT_DAYS = 7
REFERENCE_DAYS = 28
LEVEL = 0.05
LEAST = 10
"""Contacts of the last week below which a topic is not called rising, however rare it was."""


@dataclass(frozen=True, slots=True)
class HotTopic:
    """How often a topic was asked in a period, and its share of all contacts with the interval."""

    intent: str
    contacts: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class RisingTopic:
    """A topic of which more is asked.

    Attributes:
        recent: Contacts of the last week; ``before`` of the four weeks before.
        ratio: Of its share of all contacts now to that before, with its interval.
        p: Chance of as much by itself; ``q`` corrected for how many topics were looked at.
    """

    intent: str
    recent: int
    before: int
    ratio: float
    low: float
    high: float
    p: float
    q: float


def hot_topics(session: Session, scope: Scope, wanted: Filter, most: int = 10) -> tuple[HotTopic, ...]:
    """Return the most frequent topics of a period."""
    counted = counts_by(session, REPEATS, "repeat", "intent", scope, wanted)
    totals = {intent: sum(days.values()) for intent, days in counted.items()}
    everything = sum(totals.values())
    hottest = sorted(totals, key=lambda intent: (-totals[intent], intent))[:most]
    return tuple(
        HotTopic(
            intent,
            totals[intent],
            totals[intent] / everything,
            *wilson_interval(totals[intent] / everything, everything),
        )
        for intent in hottest
    )


def rising_topics(session: Session, scope: Scope, wanted: Filter) -> tuple[RisingTopic, ...]:
    """Return the topics that rise in the last week of a period, the surest first."""
    end = scope.period.until
    split = end - dt.timedelta(days=RECENT_DAYS)
    whole = scope.period.part(split - dt.timedelta(days=REFERENCE_DAYS), end)
    both = Scope.of(whole, scope.now, scope.rules, scope.time.dialect)
    return rising(counts_by(session, REPEATS, "repeat", "intent", both, wanted), whole, split)


def rising(
    counted: Mapping[str, Mapping[str, int]], whole: Period, split: dt.date
) -> tuple[RisingTopic, ...]:
    """Return the topics whose share is higher from a day on than before; see the module.

    Args:
        counted: Contacts by topic and day (``YYYY-MM-DD``).
        whole: All the days.
        split: The first recent one.
    """
    names = sorted(counted)
    days = [day.isoformat() for day in whole.days]
    table = np.array([[counted[name].get(day, 0) for day in days] for name in names], dtype=np.float64)
    if not table.size:
        return ()
    place = (split - whole.since).days
    totals = table.sum(axis=0)
    now, before = totals[place:].sum(), totals[:place].sum()
    if not now or not before:
        return ()
    recent, earlier = table[:, place:].sum(axis=1), table[:, :place].sum(axis=1)
    spread = _dispersion(table[:, :place], totals[:place])
    chance = chance_of_at_least(recent / spread, (recent + earlier) / spread, float(now / (now + before)))
    p = _with_estimated_spread(chance, place - 1)
    q = benjamini_hochberg(p)
    found = [
        _topic(name, recent[i], earlier[i], now / before, spread[i], float(p[i]), float(q[i]))
        for i, name in enumerate(names)
        if q[i] <= LEVEL and recent[i] >= LEAST
    ]
    return tuple(sorted(found, key=lambda one: (one.q, one.p, one.intent)))


def _topic(
    name: str, recent: float, before: float, exposure: float, spread: float, p: float, q: float
) -> RisingTopic:
    # half a contact more where there were none, so that the ratio is finite
    more = 0.5 if before == 0 else 0.0
    ratio = (recent + more) / (before + more) / exposure
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    half = z * math.sqrt(spread * (1 / (recent + more) + 1 / (before + more)))
    return RisingTopic(
        name, int(recent), int(before), ratio, ratio * math.exp(-half), ratio * math.exp(half), p, q
    )


def _dispersion(table: NDArray[np.float64], totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by topic how much more its days vary than chance would have it, at least 1.

    Args:
        table: Counts, shape (topics, days).
        totals: Of all topics, shape (days,).
    """
    used = totals > 0
    if used.sum() < 2:
        return np.ones(len(table))
    expected = np.outer(table[:, used].sum(axis=1) / totals[used].sum(), totals[used])
    squares = np.where(expected > 0, (table[:, used] - expected) ** 2 / np.maximum(expected, 1e-12), 0.0)
    return np.asarray(np.maximum(1.0, squares.sum(axis=1) / (used.sum() - 1)))


def _with_estimated_spread(p: NDArray[np.float64], degrees: int) -> NDArray[np.float64]:
    """Return p-values that allow for the dispersion being an estimate: a t for a normal deviate."""
    deviates = special.ndtri(1 - np.clip(p, 1e-15, 1 - 1e-15))
    return np.asarray(special.stdtr(max(degrees, 1), -deviates))
