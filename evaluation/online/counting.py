"""Asks the database for sums by day, and takes finished days from the rollup."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import Session

from evaluation.online.facts.complaints import COMPLAINTS
from evaluation.online.facts.contacts import FIRST_CONTACTS, REPEATS
from evaluation.online.facts.decisions import DECISIONS
from evaluation.online.facts.family import DIMENSIONS, Family, Scope
from evaluation.online.facts.ratings import RATINGS
from evaluation.online.facts.tickets import DEADLINES, SUGGESTIONS, TICKETS
from evaluation.online.facts.visits import VISITS
from evaluation.online.figures import Sums

FAMILIES: tuple[Family, ...] = (
    DECISIONS,
    VISITS,
    REPEATS,
    FIRST_CONTACTS,
    TICKETS,
    SUGGESTIONS,
    RATINGS,
    COMPLAINTS,
    DEADLINES,
)

ByDay = Mapping[str, Mapping[str, Sums]]
"""Measure to day (``YYYY-MM-DD``) to sums."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What units have to be about; empty for all."""

    channel: str = ""
    intent: str = ""
    product: str = ""

    def columns(self) -> dict[str, str]:
        """Return what is asked for, by dimension."""
        return {name: getattr(self, name) for name in DIMENSIONS if getattr(self, name)}


def count_units(session: Session, family: Family, scope: Scope, wanted: Filter) -> dict[str, dict[str, Sums]]:
    """Return the sums of a family's measures by day, straight from the rows."""
    units = family.units(replace(scope, by=frozenset(wanted.columns())))
    counted = select(units.c.day, *sums_of(units, family.measures)).group_by(units.c.day)
    for name, value in wanted.columns().items():
        counted = counted.where(units.c[name] == value)
    return read_sums(session, counted, family.measures)


def sums_of(units: Subquery, measures: Sequence[str]) -> list[Any]:
    """Return three columns a measure: how many units count, their sum, the sum of their squares."""
    columns = [units.c[name] for name in measures]
    return [part for one in columns for part in (func.count(one), func.sum(one), func.sum(one * one))]


def read_sums(session: Session, counted: Select[Any], measures: Sequence[str]) -> dict[str, dict[str, Sums]]:
    """Read rows of a day followed by ``sums_of``."""
    found: dict[str, dict[str, Sums]] = defaultdict(dict)
    for row in session.execute(counted):
        day, numbers = str(row[0]), list(row[1:])
        for place, name in enumerate(measures):
            n, total, squares = numbers[3 * place : 3 * place + 3]
            if n:
                found[name][day] = Sums(int(n), int(total), int(squares))
    return found


def settled_until(family: Family, now: dt.datetime, zone: ZoneInfo) -> dt.date:
    """Return the first day that may still change, of a family that settles."""
    # An hour for what is being written while the day ends.
    today = (now - dt.timedelta(hours=1)).astimezone(zone).date()
    return today - dt.timedelta(days=family.settles or 0)


def family_of(measure: str, families: Sequence[Family]) -> Family:
    """Return the family that counts a measure.

    Raises:
        KeyError: None does.
    """
    for family in families:
        if measure in family.measures:
            return family
    raise KeyError(measure)


def refs_behind(
    session: Session, family: Family, measure: str, shows: str, scope: Scope, wanted: Filter, most: int
) -> list[tuple[str, str, int]]:
    """Return the day, the row and the value of the units behind a measure, the newest day first.

    Args:
        session: A session that may only read.
        family: Whose measure it is.
        measure: One of its columns.
        shows: ``-1``, ``0`` or ``1``: units of that value; ``largest``: the largest.
        scope: The period, and the moment of asking.
        wanted: What units have to be about.
        most: How many.
    """
    units = family.units(replace(scope, by=frozenset(wanted.columns())))
    value = units.c[measure]
    found = select(units.c.day, units.c.ref, value).where(value.is_not(None)).limit(most)
    for name, about in wanted.columns().items():
        found = found.where(units.c[name] == about)
    if shows == "largest":
        found = found.order_by(value.desc(), units.c.day.desc(), units.c.ref)
    else:
        found = found.where(value == int(shows)).order_by(units.c.day.desc(), units.c.ref)
    return [(str(row[0]), str(row[1]), int(row[2])) for row in session.execute(found)]
