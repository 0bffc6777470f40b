"""The report of a month or a quarter: all measures, beside those of the period before."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from assistant.desk.rules import DeskRules
from evaluation.online.audit_results import answer_accuracy
from evaluation.online.counting import Filter
from evaluation.online.days import Period
from evaluation.online.facts.family import Family, Scope
from evaluation.online.figures import Figure
from evaluation.online.measures import measure
from evaluation.online.targets import Targets
from evaluation.online.topics import HotTopic, RisingTopic, hot_topics, rising_topics
from knowledge_base.errors import InvalidInputError

Span = Literal["month", "quarter"]

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_QUARTER = re.compile(r"(\d{4})-[Qq]([1-4])")
_MONTHS: dict[Span, int] = {"month": 1, "quarter": 3}


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """What came of a period.

    Attributes:
        name: ``2026-10`` or ``2026-Q4``.
        before: The same figures of the period before.
        is_over: The period has ended; else the report is of its part so far.
    """

    name: str
    span: Span
    period: Period
    figures: tuple[Figure, ...]
    before: tuple[Figure, ...]
    hot: tuple[HotTopic, ...]
    rising: tuple[RisingTopic, ...]
    made_at: dt.datetime
    is_over: bool


def period_of(span: Span, of: str, zone: ZoneInfo) -> Period:
    """Return the days of a month (``2026-10``) or quarter (``2026-Q4``).

    Raises:
        InvalidInputError: It is written otherwise.
    """
    found = (_MONTH if span == "month" else _QUARTER).fullmatch(of)
    first = int(found[2]) if found and span == "month" else 3 * int(found[2]) - 2 if found else 0
    if found is None or not 1 <= first <= 12 or not 1970 <= int(found[1]) <= 9000:
        like = "2026-10" if span == "month" else "2026-Q4"
        raise InvalidInputError(f"{of!r} is no {span}; write it like {like}.")
    return _from(int(found[1]), first, _MONTHS[span], zone)


def last_name(span: Span, today: dt.date) -> str:
    """Return the name of the last month or quarter that is over."""
    if span == "month":
        last = today.replace(day=1) - dt.timedelta(days=1)
        return f"{last:%Y-%m}"
    quarter = (today.month - 1) // 3
    return f"{today.year}-Q{quarter}" if quarter else f"{today.year - 1}-Q4"


def make_report(
    session: Session,
    span: Span,
    of: str,
    zone: ZoneInfo,
    rules: DeskRules,
    targets: Targets,
    now: dt.datetime,
    more: Sequence[Family] = (),
) -> PeriodReport:
    """Measure a month or quarter, and the one before.

    Args:
        session: A session that may only read.
        span: Which of the two.
        of: Its name.
        zone: What days are counted in.
        rules: Limits of the desk.
        targets: What the insurer wants to reach.
        now: The moment of asking.
        more: Families whose tables are not this package's.

    Raises:
        InvalidInputError: There is no such period, or it has not begun.
    """
    period = period_of(span, of, zone)
    if period.start > now:
        raise InvalidInputError(f"{of!r} has not begun yet. Ask for an earlier one.")
    first = period.since - dt.timedelta(days=1)
    earlier = _from(first.year, first.month - _MONTHS[span] + 1, _MONTHS[span], zone)
    dialect = session.get_bind().dialect.name
    scope, before = (Scope.of(one, now, rules, dialect) for one in (period, earlier))
    return PeriodReport(
        name=of.upper(),
        span=span,
        period=period,
        figures=_figures(session, scope, targets, more),
        before=_figures(session, before, targets, more),
        hot=hot_topics(session, scope, Filter()),
        rising=rising_topics(session, scope, Filter()),
        made_at=now,
        is_over=period.end <= now,
    )


def _figures(session: Session, scope: Scope, targets: Targets, more: Sequence[Family]) -> tuple[Figure, ...]:
    outside = {"answer_accuracy": answer_accuracy(session, scope, Filter())}
    return measure(session, scope, Filter(), targets, more, outside)


def _from(year: int, month: int, months: int, zone: ZoneInfo) -> Period:
    """Return so many months from one on; a month below 1 is of the year before."""
    start = year * 12 + month - 1
    first, after = (dt.date(at // 12, at % 12 + 1, 1) for at in (start, start + months))
    return Period(first, after, zone)
