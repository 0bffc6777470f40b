"""The audit log: who did what to what. It is only added to, and read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.tables import AuditRow
from api.accounts.types import AuditNote

ANONYMOUS = "anonymous"
"""The actor of what nobody who is signed in did: a failed sign-in."""


def note(
    session: Session, actor: str, action: str, subject: str = "", detail: Mapping[str, Any] | None = None
) -> None:
    """Note something in the transaction that does it, so that neither happens without the other.

    Args:
        session: The transaction.
        actor: ``user:ID``, ``key:ID``, ``cli:NAME`` or ``anonymous``.
        action: What was done, as ``thing.deed``: ``session.opened``, ``customer.revealed``,
            ``ticket.taken_over``, ``knowledge.published``, ``report.exported``.
        subject: What it was done to: ``user:ID``, ``ticket:ID``...
        detail: Facts worth keeping, as JSON; no secrets, and personal data only masked.
    """
    now = dt.datetime.now(dt.UTC)
    session.add(AuditRow(at=now, actor=actor, action=action, subject=subject, detail=dict(detail or {})))


def list_notes(
    session: Session,
    *,
    before: int | None = None,
    limit: int = 50,
    actor: str = "",
    action: str = "",
    subject: str = "",
) -> list[AuditNote]:
    """Return notes, the newest first.

    Args:
        session: Where to read.
        before: Only those older than the note of this id.
        limit: At most so many.
        actor: Only this actor's; empty for all.
        action: Only this action; ``session.`` means all that begin with it.
        subject: Only what was done to this.
    """
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditRow.id < before)
    if actor:
        query = query.where(AuditRow.actor == actor)
    if subject:
        query = query.where(AuditRow.subject == subject)
    if action:
        by_kind = AuditRow.action.startswith(action, autoescape=True)
        query = query.where(by_kind if action.endswith(".") else AuditRow.action == action)
    return [_note_of(row) for row in session.scalars(query)]


def _note_of(row: AuditRow) -> AuditNote:
    return AuditNote(row.id, row.at, row.actor, row.action, row.subject, row.detail)
