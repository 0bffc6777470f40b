"""Visits: what a customer asks first, which is what can be compared with other times.

The second question of a visit is mostly about what the first one was about; a bettor that took
them for two witnesses would cry out for nothing. So the first decision of each visit counts.
Hours differ too: a visit is compared with visits of its kind of hour (working day or weekend, day
or evening and night).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from evaluation.online.drift import Traffic

PAUSE = dt.timedelta(minutes=30)
"""A customer who writes again after that long is on another visit."""

_Row = Row[tuple[dt.datetime, str | None, float, str]]
_DAY_BEGINS, _DAY_ENDS, _SATURDAY = 9, 18, 5


@dataclass(frozen=True, slots=True)
class Makers:
    """What made decisions: traffic is compared with what the same bundle and thresholds made of it."""

    bundle: str
    thresholds: str


def first_decision_at(session: Session, makers: Makers) -> dt.datetime | None:
    """Return when the first decision of a bundle and its thresholds was made."""
    return session.scalar(select(func.min(DecisionRow.decided_at)).where(*_made_by(makers)))


def visits(
    session: Session, makers: Makers, since: dt.datetime, until: dt.datetime, zone: dt.tzinfo
) -> Traffic:
    """Return the first decision of each visit in a time, oldest first.

    Args:
        session: A session that may only read.
        makers: Whose decisions.
        since: The first moment.
        until: The first moment that is not meant any more.
        zone: Where hours and days are told.
    """
    query = (
        select(
            DecisionRow.decided_at, DecisionRow.conversation_id, DecisionRow.confidence, DecisionRow.intent
        )
        .where(*_made_by(makers), DecisionRow.decided_at >= since - PAUSE, DecisionRow.decided_at < until)
        .order_by(DecisionRow.decided_at, DecisionRow.id)
    )
    found = [row for row in _first_of_visits(session.execute(query)) if row.decided_at >= since]
    return Traffic(
        np.array([row.confidence for row in found], dtype=np.float64),
        tuple(row.intent for row in found),
        np.array([kind_of_hour(row.decided_at.astimezone(zone)) for row in found], dtype=np.int64),
    )


def kind_of_hour(local: dt.datetime) -> int:
    """Return 0 to 3: weekend or not, outside office hours or within."""
    weekend = local.weekday() >= _SATURDAY
    return 2 * weekend + (not _DAY_BEGINS <= local.hour < _DAY_ENDS)


def _made_by(makers: Makers) -> tuple[ColumnElement[bool], ...]:
    return (
        DecisionRow.bundle_version == makers.bundle,
        DecisionRow.thresholds_version == makers.thresholds,
    )


def _first_of_visits(rows: Iterable[_Row]) -> Iterator[_Row]:
    last: dict[str, dt.datetime] = {}
    for row in rows:
        conversation, at = row.conversation_id, row.decided_at
        before = last.get(conversation) if conversation else None
        if conversation:
            last[conversation] = at
        if before is None or at - before > PAUSE:
            yield row
