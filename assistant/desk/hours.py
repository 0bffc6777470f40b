"""When a queue is open: its hours in the company's time zone, days off, make-up working days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from assistant.desk.rules import DeskRules, Week

_LONGEST_CLOSED = 366
"""Days after which a queue that has not opened is taken for closed for good."""

_Period = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True)
class OpeningHours:
    """Opening hours of all queues. Moments come and go with a time zone; those returned are in UTC."""

    rules: DeskRules

    def is_open(self, queue: str, at: dt.datetime) -> bool:
        """Tell whether people of the queue are there at a moment (the closing moment is closed)."""
        if queue in self.rules.hours.always:
            return True
        local = at.astimezone(self.zone)
        return any(opens <= at < closes for opens, closes in self._periods(queue, local.date()))

    def opens_next(self, queue: str, at: dt.datetime) -> dt.datetime | None:
        """Return the first moment from ``at`` on at which the queue is open, ``at`` itself if it is.

        None where it does not open within a year.
        """
        if self.is_open(queue, at):
            return at.astimezone(dt.UTC)
        return next((opens for opens, _ in self._periods_from(queue, at)), None)

    def working_time(self, queue: str, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Return how long the queue was open between two moments."""
        if queue in self.rules.hours.always:
            return max(end - start, dt.timedelta(0))
        worked = dt.timedelta(0)
        for opens, closes in self._periods_from(queue, start):
            if opens >= end:
                break
            worked += min(closes, end) - opens
        return worked

    def after_working(self, queue: str, start: dt.datetime, time: dt.timedelta) -> dt.datetime | None:
        """Return the moment at which the queue has been open for ``time`` since ``start``.

        None where it closes for good before.
        """
        if queue in self.rules.hours.always:
            return (start + time).astimezone(dt.UTC)
        for opens, closes in self._periods_from(queue, start):
            if closes - opens >= time:
                return opens + time
            time -= closes - opens
        return None

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the time zone of all hours."""
        return ZoneInfo(self.rules.hours.time_zone)

    def _periods_from(self, queue: str, start: dt.datetime) -> Iterator[_Period]:
        """Yield the periods that end after ``start``, the first cut off there, until a year is closed."""
        day = start.astimezone(self.zone).date()
        closed = 0
        while closed < _LONGEST_CLOSED:
            periods = self._periods(queue, day)
            closed = 0 if periods else closed + 1
            for opens, closes in periods:
                if closes > start:
                    yield max(opens, start.astimezone(dt.UTC)), closes
            day += dt.timedelta(days=1)

    def _periods(self, queue: str, day: dt.date) -> list[_Period]:
        week = self.rules.hours.queues.get(queue, self.rules.hours.default)
        if not self._is_working_day(week, day):
            return []
        return [(self._moment(day, opens), self._moment(day, closes)) for opens, closes in week.periods]

    def _is_working_day(self, week: Week, day: dt.date) -> bool:
        year = self.rules.calendar.get(day.year)
        if year and (day in year.holidays or day in year.working):
            return day in year.working
        return day.isoweekday() in week.days

    def _moment(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.zone).astimezone(dt.UTC)
