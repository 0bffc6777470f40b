"""Has the traffic changed? Each day's visits against those of the first weeks.

The first weeks that a bundle decides with its thresholds are the reference. Each day after them a
bettor starts anew (evaluation/online/drift.py), and each week another one, for slow changes and
little traffic. Of the chance of ever raising a false alarm, one half goes to the days and one to
the weeks; the k-th may use 6 / (pi k)^2 of it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evaluation.online.drift import FALSE_ALARM, Finding, Traffic, find_in_block

REFERENCE_DAYS = 14
"""Two of each weekday."""

LEAST_REFERENCE = 300
"""Visits below which a reference says too little."""

MOST_REFERENCE = 20_000
MOST_BLOCK = 20_000
_TOLD = 3

GroupOf = Callable[[str], str]
ReadVisits = Callable[[dt.datetime, dt.datetime], Traffic]
"""Gives the visits from a moment to before another."""


@dataclass(frozen=True, slots=True)
class Block:
    """A day or a week that is looked at; ``number`` counts them from 1."""

    days: int
    number: int
    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class GroupShare:
    """The share of a group of intents in the reference and in the block."""

    group: str
    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was found.

    Attributes:
        block: Where.
        finding: What the bettors say.
        confidence: The mean confidence of the reference, and from the change on.
        groups: The groups of intents whose share changed most.
    """

    block: Block
    finding: Finding
    confidence: tuple[float, float]
    groups: tuple[GroupShare, ...]


def blocks(reference_end: dt.datetime, since: dt.datetime, now: dt.datetime) -> Iterator[Block]:
    """Yield the days and weeks after a reference that are not over before ``since``, up to ``now``."""
    for days in (1, 7):
        long = dt.timedelta(days=days)
        number = max(0, (since - reference_end) // long)
        while reference_end + number * long < now:
            start = reference_end + number * long
            yield Block(days, number + 1, start, min(now, start + long))
            number += 1


def find_change(
    reference: Traffic, block: Block, live: Traffic, group_of: GroupOf, name: str
) -> Change | None:
    """Look whether a block's visits are those of the reference.

    Args:
        reference: Visits of the first weeks.
        block: The day or week.
        live: Its visits so far.
        group_of: The group of an intent, such as its domain.
        name: Names what is watched; it seeds the breaking of ties.
    """
    now = live.part(0, MOST_BLOCK)
    finding = find_in_block(reference, now, block.number, group_of, f"{name} {block.days}", FALSE_ALARM / 2)
    if finding is None:
        return None
    return Change(block, finding, *_differences(reference, now, group_of))


def thinned(traffic: Traffic, most: int) -> Traffic:
    """Return every k-th visit, so that at most so many are left."""
    return traffic.every(-(-len(traffic.intents) // most) or 1)


def _differences(
    rows: Traffic, now: Traffic, group_of: GroupOf
) -> tuple[tuple[float, float], tuple[GroupShare, ...]]:
    before, later = (Counter(map(group_of, part.intents)) for part in (rows, now))
    shares = [
        GroupShare(group, before[group] / len(rows.intents), later[group] / len(now.intents))
        for group in {*before, *later}
    ]
    shares.sort(key=lambda one: (-abs(one.now - one.before), one.group))
    means = float(rows.confidence.mean()), float(now.confidence.mean())
    return means, tuple(shares[:_TOLD])
