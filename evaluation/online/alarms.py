"""Alarms: what was found to have changed, once each, until somebody has looked at it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import JSON, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge_base.database import Base

AlarmKind = Literal["traffic", "certificate", "answers"]
KINDS: tuple[AlarmKind, ...] = ("traffic", "certificate", "answers")


class AlarmRow(Base):
    """An alarm; of one ``subject`` there is one, whichever process finds it.

    ``changed_at`` is about when the change began. The last three columns are of its delivery to the
    webhook.
    """

    __tablename__ = "drift_alarms"
    __table_args__ = (UniqueConstraint("kind", "subject"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(200))
    found_at: Mapped[dt.datetime] = mapped_column(index=True)
    changed_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen_by: Mapped[str | None] = mapped_column(String(120))
    seen_at: Mapped[dt.datetime | None]
    note: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[dt.datetime | None]
    failures: Mapped[int]
    next_try_at: Mapped[dt.datetime]


def raise_alarm(
    session: Session,
    kind: AlarmKind,
    subject: str,
    changed_at: dt.datetime,
    reason: str,
    detail: Mapping[str, Any],
    now: dt.datetime,
) -> AlarmRow | None:
    """Store an alarm, unless there is one of this subject; the unique constraint keeps it so.

    Args:
        session: A transaction of the caller's.
        kind: What watches.
        subject: What was watched, such as a bundle with its thresholds since a moment.
        changed_at: About when the change began.
        reason: What has changed, in a sentence.
        detail: The figures.
        now: When it was found.

    Returns:
        The new alarm, or None.
    """
    if session.scalar(select(AlarmRow.id).where(AlarmRow.kind == kind, AlarmRow.subject == subject)):
        return None
    row = AlarmRow(
        id=uuid.uuid4().hex,
        kind=kind,
        subject=subject,
        found_at=now,
        changed_at=changed_at,
        reason=reason,
        detail=dict(detail),
        failures=0,
        next_try_at=now,
    )
    session.add(row)
    session.flush()
    return row


def list_alarms(session: Session, most: int = 100) -> Sequence[AlarmRow]:
    """Return the newest alarms, the newest first."""
    return session.scalars(select(AlarmRow).order_by(AlarmRow.found_at.desc(), AlarmRow.id).limit(most)).all()


def note_seen(session: Session, alarm_id: str, actor: str, note: str, at: dt.datetime) -> AlarmRow | None:
    """Note that somebody has looked at an alarm; who was first stays. None where there is no such alarm."""
    row = session.get(AlarmRow, alarm_id)
    if row and row.seen_at is None:
        row.seen_by, row.note, row.seen_at = actor, note, at
    return row


def last_traffic_alarm(session: Session) -> AlarmRow | None:
    """Return the newest alarm about traffic: what comes after its change is another traffic."""
    query = select(AlarmRow).where(AlarmRow.kind == "traffic")
    return session.scalars(query.order_by(AlarmRow.changed_at.desc()).limit(1)).first()


def last_answers_alarm(session: Session) -> AlarmRow | None:
    """Return the newest alarm about wrong answers: those after it are counted anew."""
    query = select(AlarmRow).where(AlarmRow.kind == "answers")
    return session.scalars(query.order_by(AlarmRow.found_at.desc()).limit(1)).first()


def count_alarms(session: Session) -> dict[tuple[str, bool], int]:
    """Return how many alarms there are, by kind and whether somebody has looked at them."""
    seen = AlarmRow.seen_at.is_not(None)
    rows = session.execute(select(AlarmRow.kind, seen, func.count()).group_by(AlarmRow.kind, seen))
    return {(kind, bool(is_seen)): n for kind, is_seen, n in rows}
