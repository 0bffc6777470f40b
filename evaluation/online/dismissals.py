"""Gaps that somebody looked at and dismissed; their questions are kept, so that they are known again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from evaluation.online.gaps import Dismissed, Gap
from knowledge_base.database import Base


class DismissedGapRow(Base):
    """A gap that is none: its (masked) questions, its share of all questions then, who said so and why."""

    __tablename__ = "dismissed_gaps"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    texts: Mapped[list[Any]] = mapped_column(JSON)
    share: Mapped[float]
    reason: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[dt.datetime]


def dismiss(session: Session, gap: Gap, asked: int, actor: str, reason: str, at: dt.datetime) -> None:
    """Remember that a gap is none.

    Args:
        session: A transaction of the caller's.
        gap: What was found.
        asked: All questions of its period.
        actor: Who says so.
        reason: Why; may be empty.
        at: When.
    """
    share = gap.size / max(asked, 1)
    row = DismissedGapRow(id=gap.id, texts=list(gap.examples), share=share, reason=reason, actor=actor, at=at)
    session.merge(row)


def take_back(session: Session, gap_id: str) -> None:
    """Forget that a gap was dismissed."""
    session.execute(delete(DismissedGapRow).where(DismissedGapRow.id == gap_id))


def list_dismissed(session: Session) -> list[Dismissed]:
    """Return all that was dismissed."""
    rows = session.scalars(select(DismissedGapRow))
    return [Dismissed(row.id, tuple(row.texts), row.share) for row in rows]


def dismissed_ids(session: Session) -> frozenset[str]:
    """Return the ids of all that was dismissed."""
    return frozenset(session.scalars(select(DismissedGapRow.id)))
