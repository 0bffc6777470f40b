"""What people say of a revision of an entry while it is written and reviewed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge_base.editing.repository import find_entry
from knowledge_base.editing.tables import CommentRow
from knowledge_base.editing.types import Deed
from knowledge_base.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Comment:
    """One remark; ``revision`` is the one that it was made on."""

    id: int
    entry_id: str
    revision: int
    actor: str
    said_at: dt.datetime
    text: str


def add_comment(session: Session, entry_id: str, revision: int, deed: Deed) -> Comment:
    """Keep what ``deed.reason`` says of a revision; comments are never changed.

    Raises:
        NotFoundError: There is no such revision.
    """
    if find_entry(session, entry_id, revision) is None:
        raise NotFoundError(f"Entry {entry_id!r} has no revision {revision}. Load it again.")
    row = CommentRow(
        entry_id=entry_id, revision=revision, actor=deed.actor, said_at=deed.at, text=deed.reason
    )
    session.add(row)
    session.flush()
    return _to_comment(row)


def entry_comments(session: Session, entry_id: str) -> tuple[Comment, ...]:
    """Return all comments on an entry, the oldest first."""
    rows = session.scalars(select(CommentRow).where(CommentRow.entry_id == entry_id).order_by(CommentRow.id))
    return tuple(map(_to_comment, rows))


def count_comments(session: Session, ids: Collection[str]) -> dict[str, int]:
    """Return how many comments entries have, by id; those without any are left out."""
    counts = (
        select(CommentRow.entry_id, func.count())
        .where(CommentRow.entry_id.in_(ids))
        .group_by(CommentRow.entry_id)
    )
    return {row[0]: row[1] for row in session.execute(counts)}


def _to_comment(row: CommentRow) -> Comment:
    return Comment(row.id, row.entry_id, row.revision, row.actor, row.said_at, row.text)
