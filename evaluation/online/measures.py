"""All measures of a period, with intervals, trends and verdicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from evaluation.online.counting import ByDay, Filter
from evaluation.online.definitions import BY_ID, DEFINITIONS, Definition
from evaluation.online.facts.family import Family, Scope
from evaluation.online.facts.ratings import RATINGS
from evaluation.online.facts.tickets import TICKETS
from evaluation.online.figures import (
    NOTHING,
    Figure,
    Sums,
    Value,
    change_of,
    signed_change_of,
    sum_of,
    value_of,
    verdict_of,
)
from evaluation.online.rollups import measured
from evaluation.online.targets import Baseline, Targets

Outside = Mapping[str, tuple[Value, Mapping[str, Value]]]
"""Figures that are no sums of units, with their trends: what was audited."""


def measure(
    session: Session,
    scope: Scope,
    wanted: Filter,
    targets: Targets,
    more: Sequence[Family] = (),
    outside: Outside | None = None,
) -> tuple[Figure, ...]:
    """Return every measure of a period, in the order of ``DEFINITIONS``.

    Args:
        session: A session that may only read.
        scope: The period, and the moment of asking.
        wanted: What units have to be about.
        targets: What the insurer wants to reach.
        more: Families whose tables are not this package's.
        outside: Measures that come from elsewhere.
    """
    counted = measured(session, scope, wanted, more)
    found = {one.id: (outside or {}).get(one.id) or _counted(one, counted) for one in DEFINITIONS}
    if targets.baseline:
        for name in _CHANGES:
            found[name] = _change(session, scope, wanted, targets.baseline, counted, name)
    return tuple(_figure(BY_ID[name], *told, targets) for name, told in found.items())


def _figure(definition: Definition, value: Value, trend: Mapping[str, Value], targets: Targets) -> Figure:
    target = targets.of(definition.id)
    return Figure(definition, value, target, verdict_of(value, target), trend)


def _counted(definition: Definition, counted: ByDay) -> tuple[Value, Mapping[str, Value]]:
    days = days_of(counted, definition.columns)
    trend = {day: value_of(sums, definition.unit) for day, sums in sorted(days.items())}
    return value_of(sum_of(days.values()), definition.unit), trend


def days_of(counted: ByDay, columns: Sequence[str]) -> dict[str, Sums]:
    """Return the sums of some columns together, by day."""
    found: dict[str, Sums] = {}
    for column in columns:
        for day, sums in counted.get(column, {}).items():
            found[day] = found.get(day, Sums()) + sums
    return found


def _change(
    session: Session, scope: Scope, wanted: Filter, baseline: Baseline, counted: ByDay, measure: str
) -> tuple[Value, Mapping[str, Value]]:
    """Return how a measure changed since the baseline, and by day."""
    column, family, compare = _CHANGES[measure]
    period = scope.period.part(baseline.since, baseline.until + dt.timedelta(days=1))
    earlier = Scope.of(period, scope.now, scope.rules, scope.time.dialect)
    counted_before = measured(session, earlier, wanted, families=(family,))
    before = sum_of(counted_before.get(column, {}).values())
    if not before.n:
        return NOTHING, {}
    days = days_of(counted, (column,))
    trend = {day: compare(sums, before) for day, sums in sorted(days.items())}
    known = {day: value for day, value in trend.items() if value.value is not None}
    return compare(sum_of(days.values()), before), known


_CHANGES: Mapping[str, tuple[str, Family, Callable[[Sums, Sums], Value]]] = {
    "waiting_change": ("person_reply", TICKETS, change_of),
    "nps": ("nps_score", RATINGS, signed_change_of),
}
"""Changes since the baseline: the column, its family, and how two sums compare."""
