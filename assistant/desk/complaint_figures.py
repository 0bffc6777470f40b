"""The complaints of a month by class and cause: how many, how long, how many in time."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from assistant.desk.breaches import steps_by_number
from assistant.desk.deadlines import Deadline, DeadlineKind, complaint_deadlines_of
from assistant.desk.rules import DeskRules
from assistant.desk.tables import ComplaintRow


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; ``of`` leaves out what is still open and not late yet."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """Return the share, None of nothing."""
        return self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class ComplaintFigures:
    """The complaints that were received in a month, of one class and cause.

    Attributes:
        cause: None where they are not sorted yet.
        reopened: How often they were reopened, all together.
        accepted_in_time: Of those accepted, or late with it.
        told_in_time: Of those whose last decision was told, or is late.
        days_to_told: Median of natural days from the receipt to the first telling; None
            where none was told. ``told`` says of how many.
        satisfied: Of those who answered.
    """

    category: str
    cause: str | None
    received: int
    reopened: int
    accepted_in_time: Share
    told_in_time: Share
    told: int
    days_to_told: float | None
    satisfied: Share


def month_of(year: int, month: int, time_zone: str) -> tuple[dt.datetime, dt.datetime]:
    """Return the first moments of a month and of the next one in a time zone."""
    zone = ZoneInfo(time_zone)
    first, after = dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1)
    start, end = (dt.datetime.combine(day, dt.time(), zone) for day in (first, after))
    return start, end


def complaint_figures(
    session: Session, year: int, month: int, rules: DeskRules, now: dt.datetime
) -> list[ComplaintFigures]:
    """Return the figures of what was received in a month, by class and cause."""
    start, end = month_of(year, month, rules.hours.time_zone)
    wanted = and_(ComplaintRow.received_at >= start, ComplaintRow.received_at < end)
    steps = steps_by_number(session, wanted)
    groups: dict[tuple[str, str], list[_Way]] = defaultdict(list)
    for row in session.scalars(select(ComplaintRow).where(wanted)):
        deadlines = complaint_deadlines_of(row, steps[row.number], rules.deadlines, now)
        told = next((step.at for step in steps[row.number] if step.step == "told"), None)
        way = _Way(row, {deadline.kind: deadline for deadline in deadlines}, told)
        groups[row.category, row.cause or ""].append(way)
    return [_figures(category, cause, groups[category, cause], now) for category, cause in sorted(groups)]


@dataclass(frozen=True, slots=True)
class _Way:
    row: ComplaintRow
    deadlines: dict[DeadlineKind, Deadline]
    told_at: dt.datetime | None


def _figures(category: str, cause: str, ways: Sequence[_Way], now: dt.datetime) -> ComplaintFigures:
    days = [(way.told_at - way.row.received_at) / dt.timedelta(days=1) for way in ways if way.told_at]
    answers = [way.row.satisfied for way in ways if way.row.satisfied is not None]
    return ComplaintFigures(
        category=category,
        cause=cause or None,
        received=len(ways),
        reopened=sum(way.row.reopened for way in ways),
        accepted_in_time=_in_time([way.deadlines["accept"] for way in ways], now),
        told_in_time=_in_time([way.deadlines["decide"] for way in ways], now),
        told=len(days),
        days_to_told=statistics.median(days) if days else None,
        satisfied=Share(sum(answers), len(answers)),
    )


def _in_time(deadlines: Sequence[Deadline], now: dt.datetime) -> Share:
    over = [deadline for deadline in deadlines if deadline.met_at or deadline.is_breached(now)]
    return Share(sum(not deadline.is_breached(now) for deadline in over), len(over))
