"""Units and families: what a measure is taken over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Subquery, case, cast

from assistant.desk.rules import DeskRules
from evaluation.online.days import Period, SqlTime

DIMENSIONS = ("channel", "intent", "product")

Reference = Literal["decision", "conversation", "ticket", "complaint", "message"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a statement is written for.

    Attributes:
        period: Days that units are counted in.
        now: The moment of asking: what is not due yet does not count.
        rules: Limits of the desk.
        time: How the database writes moments.
        by: Dimensions that are asked for; what is costly to find need not be found for others.
    """

    period: Period
    now: dt.datetime
    rules: DeskRules
    time: SqlTime
    by: frozenset[str] = frozenset(DIMENSIONS)

    @classmethod
    def of(cls, period: Period, now: dt.datetime, rules: DeskRules, dialect: str) -> Scope:
        """Return a scope; the days that facts look back and ahead are known to ``time``."""
        margin = dt.timedelta(days=10)
        return cls(
            period, now, rules, SqlTime(dialect, period.zone, period.start - margin, period.end + margin)
        )


@dataclass(frozen=True, slots=True)
class Family:
    """Measures that one statement gives.

    Attributes:
        units: Returns a subquery with a row for each unit: ``day`` (``YYYY-MM-DD``), ``channel``,
            ``intent`` and ``product`` (empty where unknown), then a column for each measure, whole
            numbers: 0 or 1 for shares, hundredths of a second for times; NULL where the unit does
            not count. ``ref`` is the id of the row behind the unit.
        measures: Names of those columns.
        refers_to: What ``ref`` is the id of.
        settles: Days after which a day's units do not change any more; None: they may always
            change, so that they are counted anew each time.
        known_after: No unit counts before it is so old: later days need not be asked for.
    """

    name: str
    units: Callable[[Scope], Subquery]
    measures: tuple[str, ...]
    refers_to: Reference
    settles: int | None = None
    known_after: dt.timedelta = dt.timedelta(0)


def flag(of: ColumnElement[Any], counts: ColumnElement[Any] | None = None) -> ColumnElement[int]:
    """Return 1 where a condition holds and 0 where not, NULL where the unit does not count."""
    held = case((of, 1), else_=0)
    return cast(held if counts is None else case((counts, held)), BigInteger)
