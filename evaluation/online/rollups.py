"""Keeps the sums of finished days, so that a dashboard need not count a million messages again.

What is kept is what ``counting`` finds, cell by cell: adding up cells gives exactly what
asking the rows gives, because all sums are whole numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Table, delete, func, insert, select, text
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from assistant.desk.rules import DeskRules
from evaluation.online.counting import FAMILIES, ByDay, Filter, count_units, settled_until, sums_of
from evaluation.online.days import Period, midnight
from evaluation.online.facts.family import DIMENSIONS, Family, Scope
from evaluation.online.figures import Sums
from evaluation.online.tables import CountedDayRow, MeasureDayRow

_LOCK = 0x6D6561737572  # "measur": any number that no other program takes
WAY = "1"
"""Counts up whenever the facts of a family change their meaning."""

SETTLING = tuple(family for family in FAMILIES if family.settles is not None)


def version_of(scope: Scope) -> str:
    """Return what a kept day has to be counted by, to be used."""
    return f"{WAY} {scope.period.zone.key}"


def measured(
    session: Session,
    scope: Scope,
    wanted: Filter,
    more: Sequence[Family] = (),
    families: Sequence[Family] = FAMILIES,
) -> ByDay:
    """Return the sums of measures by day: finished days from the rollup, the others from the rows.

    Args:
        session: A session that may only read.
        scope: The period, and the moment of asking.
        wanted: What units have to be about.
        more: Families beside those of this package.
        families: Those of this package that are asked for.
    """
    found: dict[str, dict[str, Sums]] = {}
    for family in (*families, *more):
        kept = kept_days(session, family, scope) if family.settles is not None else frozenset()
        sums = _kept_sums(session, family, scope, wanted, kept) if kept else {}
        for period in _gaps(scope, family, kept):
            fresh = count_units(session, family, _within(scope, period), wanted)
            for name, days in fresh.items():
                sums.setdefault(name, {}).update(days)
        found |= sums
    return found


def counts_by(
    session: Session, family: Family, measure: str, dimension: str, scope: Scope, wanted: Filter
) -> dict[str, dict[str, int]]:
    """Return how many units counted by what they are about and day.

    Args:
        session: A session that may only read.
        family: What is counted.
        measure: One of its measures: units that count for it.
        dimension: ``channel``, ``intent`` or ``product``.
        scope: The period, and the moment of asking.
        wanted: What units have to be about.
    """
    kept = kept_days(session, family, scope) if family.settles is not None else frozenset()
    found: dict[str, dict[str, int]] = {}
    row = MeasureDayRow
    asked: list[Select[Any]] = [
        _cells(row, dimension, wanted).where(row.measure == measure, row.day.in_(sorted(kept)))
    ]
    for period in _gaps(scope, family, kept):
        units = family.units(_within(scope, period))
        fresh = select(units.c[dimension], units.c.day, func.count(units.c[measure]))
        for name, value in wanted.columns().items():
            fresh = fresh.where(units.c[name] == value)
        asked.append(fresh.group_by(units.c[dimension], units.c.day))
    for statement in asked:
        for found_row in session.execute(statement):
            about, day, n = str(found_row[0]), str(found_row[1]), int(found_row[2])
            if n:
                found.setdefault(about, {})[day] = n
    return found


def _cells(row: type[MeasureDayRow], dimension: str, wanted: Filter) -> Select[Any]:
    about = getattr(row, dimension)
    counted: Select[Any] = select(about, row.day, func.sum(row.n)).group_by(about, row.day)
    for name, value in wanted.columns().items():
        counted = counted.where(getattr(row, name) == value)
    return counted


def uncounted_days(
    session: Session, rules: DeskRules, zone: ZoneInfo, now: dt.datetime
) -> tuple[tuple[Family, Scope], ...]:
    """Return the finished days that are not kept yet, the newest first, each with what to count it by.

    Args:
        session: A session that may only read.
        rules: Limits of the desk.
        zone: What days are counted in.
        now: The moment of asking.
    """
    first = session.scalar(select(func.min(DecisionRow.decided_at)))
    if first is None:
        return ()
    begin, dialect = first.astimezone(zone).date(), session.get_bind().dialect.name
    found: list[tuple[Family, Scope]] = []
    for family in SETTLING:
        until = max(begin, settled_until(family, now, zone))
        scope = Scope.of(Period(begin, until, zone), now, rules, dialect)
        kept = kept_days(session, family, scope)
        missing = [day for day in scope.period.days if day.isoformat() not in kept]
        found += [(family, _within(scope, _one_day(scope.period, day))) for day in missing]
    return tuple(sorted(found, key=lambda one: one[1].period.since, reverse=True))


def count_day(session: Session, family: Family, scope: Scope) -> list[dict[str, Any]]:
    """Return the rows to keep of one day; ``session`` may only read."""
    units = family.units(scope)
    cells = [units.c[name] for name in DIMENSIONS]
    counted = select(*cells, *sums_of(units, family.measures)).group_by(*cells)
    day = scope.period.since.isoformat()
    return [row for numbers in session.execute(counted) for row in _cell_rows(family, day, tuple(numbers))]


def keep_day(session: Session, family: Family, scope: Scope, rows: list[dict[str, Any]]) -> None:
    """Keep what ``count_day`` found, in a transaction that writes; who is second changes nothing."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if kept_days(session, family, scope):
        return
    day = scope.period.since.isoformat()
    session.execute(
        delete(MeasureDayRow).where(MeasureDayRow.day == day, MeasureDayRow.measure.in_(family.measures))
    )
    session.execute(
        delete(CountedDayRow).where(CountedDayRow.day == day, CountedDayRow.family == family.name)
    )
    if rows:
        session.connection().execute(insert(cast(Table, MeasureDayRow.__table__)), rows)
    session.add(CountedDayRow(family=family.name, day=day, version=version_of(scope), counted_at=scope.now))
    session.flush()


def kept_days(session: Session, family: Family, scope: Scope) -> frozenset[str]:
    """Return the days of a period that are kept."""
    found = select(CountedDayRow.day).where(
        CountedDayRow.family == family.name,
        CountedDayRow.version == version_of(scope),
        CountedDayRow.day >= scope.period.since.isoformat(),
        CountedDayRow.day < scope.period.until.isoformat(),
    )
    return frozenset(session.scalars(found))


def _cell_rows(family: Family, day: str, numbers: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    cell = dict(zip(DIMENSIONS, numbers, strict=False))
    for place, measure in enumerate(family.measures):
        n, total, squares = numbers[len(DIMENSIONS) + 3 * place :][:3]
        if n:
            yield {**cell, "day": day, "measure": measure, "n": n, "total": total, "squares": squares}


def _kept_sums(
    session: Session, family: Family, scope: Scope, wanted: Filter, kept: frozenset[str]
) -> dict[str, dict[str, Sums]]:
    row = MeasureDayRow
    counted = (
        select(row.measure, row.day, func.sum(row.n), func.sum(row.total), func.sum(row.squares))
        .where(row.day.in_(sorted(kept)), row.measure.in_(family.measures))
        .group_by(row.measure, row.day)
    )
    for name, value in wanted.columns().items():
        counted = counted.where(getattr(row, name) == value)
    found: dict[str, dict[str, Sums]] = {}
    for measure, day, *numbers in session.execute(counted):
        found.setdefault(measure, {})[day] = Sums(*map(int, numbers))
    return found


def _gaps(scope: Scope, family: Family, kept: frozenset[str]) -> Iterator[Period]:
    """Yield the runs of days that are not kept and in which a unit may count."""
    period, latest = scope.period, scope.now - family.known_after
    counting = (day for day in period.days if midnight(day, period.zone) <= latest)
    missing = [day for day in counting if day.isoformat() not in kept]
    run: list[dt.date] = []
    for day in missing:
        if run and day - run[-1] > dt.timedelta(days=1):
            yield period.part(run[0], run[-1] + dt.timedelta(days=1))
            run = []
        run.append(day)
    if run:
        yield period.part(run[0], run[-1] + dt.timedelta(days=1))


def _one_day(period: Period, day: dt.date) -> Period:
    return period.part(day, day + dt.timedelta(days=1))


def _within(scope: Scope, period: Period) -> Scope:
    return Scope.of(period, scope.now, scope.rules, scope.time.dialect)
