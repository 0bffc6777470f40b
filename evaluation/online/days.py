"""Days of the company's own time zone, in Python and in SQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Float,
    String,
    case,
    cast,
    extract,
    func,
    literal,
)

_STEP = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, from the first to before the last, in a time zone."""

    since: dt.date
    until: dt.date
    zone: ZoneInfo

    @property
    def start(self) -> dt.datetime:
        """Return the first moment."""
        return midnight(self.since, self.zone)

    @property
    def end(self) -> dt.datetime:
        """Return the first moment that is not meant any more."""
        return midnight(self.until, self.zone)

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Return its days in order."""
        return tuple(self.since + dt.timedelta(days=n) for n in range((self.until - self.since).days))

    def part(self, since: dt.date, until: dt.date) -> Period:
        """Return another period in the same time zone."""
        return Period(since, until, self.zone)

    def before(self) -> Period:
        """Return the period of the same length that ends where this one begins."""
        return self.part(self.since - (self.until - self.since), self.since)


def midnight(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """Return the moment a day begins, in UTC."""
    return dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)


def month_period(year: int, month: int, zone: ZoneInfo) -> Period:
    """Return a calendar month."""
    return Period(dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1), zone)


@dataclass(frozen=True, slots=True)
class SqlTime:
    """Moments in the SQL of a database: SQLite keeps them as texts in UTC.

    Attributes:
        dialect: ``sqlite`` or ``postgresql``.
        zone: What days are counted in.
        start: Nothing before it is asked for; ``end`` likewise. SQLite, which knows no time
            zones, is told the changes of the clock in between.
    """

    dialect: str
    zone: ZoneInfo
    start: dt.datetime
    end: dt.datetime

    def day(self, moment: Any) -> ColumnElement[str]:
        """Return the day of a moment as ``YYYY-MM-DD``."""
        if self.dialect == "postgresql":
            return func.to_char(func.timezone(_fixed(self.zone.key), moment), _fixed("YYYY-MM-DD"))
        texts = [
            (moment >= since, func.date(moment, _fixed(f"{minutes:+d} minutes")))
            for since, minutes in self._shifts()
        ]
        return case(*reversed(texts[1:]), else_=texts[0][1]) if len(texts) > 1 else texts[0][1]

    def centiseconds(self, later: Any, earlier: Any) -> ColumnElement[int]:
        """Return the time between two moments in hundredths of a second, a whole number."""
        if self.dialect == "postgresql":
            span: ColumnElement[Any] = cast(extract("epoch", later - earlier), Float) * 100
        else:
            span = (func.julianday(later) - func.julianday(earlier)) * 8_640_000.0
        return cast(func.round(span), BigInteger)

    def _shifts(self) -> Iterator[tuple[dt.datetime, int]]:
        """Yield the minutes that the zone is ahead of UTC, with the moment each begins to hold."""
        at, ahead = self.start, None
        while at < self.end or ahead is None:
            offset = at.astimezone(self.zone).utcoffset() or dt.timedelta()
            if offset != ahead:
                ahead = offset
                yield at, int(offset.total_seconds() // 60)
            at += _STEP


def _fixed(text: str) -> BindParameter[str]:
    """Return a text that stands in the statement itself: what is grouped by must look the same twice."""
    return literal(text, literal_execute=True)


def text_or_empty(column: Any) -> ColumnElement[str]:
    """Return a text, empty where there is none: NULL groups and compares badly."""
    return cast(func.coalesce(column, literal("")), String)
