"""What waits for a second person: the newest revisions of entries that are in review."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from knowledge_base.editing.repository import revision_to_entry
from knowledge_base.editing.tables import ChangeRow, EntryRow, RevisionRow
from knowledge_base.types import Entry


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry in review.

    Attributes:
        place: Orders the queue, the longest in review first; also where the next page begins.
        entry: What its author wrote.
        author: Who wrote the revision, and so cannot publish it under four eyes.
        retires: Publishing it takes the entry away.
        submitted_by: Who handed it to review.
        since: When, in UTC.
        note: What they said with it.
    """

    place: int
    entry: Entry
    author: str
    retires: bool
    submitted_by: str
    since: dt.datetime
    note: str


def in_review(session: Session, after: int = 0, limit: int | None = None) -> tuple[Waiting, ...]:
    """Return what is in review, the longest first.

    Args:
        session: Where to read.
        after: Only what stands behind this place.
        limit: At most so many; None for all.
    """
    query = _waiting().where(ChangeRow.id > after).order_by(ChangeRow.id).limit(limit)
    return tuple(_to_waiting(row[0], row[1]) for row in session.execute(query))


def find_waiting(session: Session, entry_id: str) -> Waiting | None:
    """Return an entry in review, or None where it is not."""
    found = session.execute(_waiting().where(EntryRow.id == entry_id)).first()
    return _to_waiting(found[0], found[1]) if found else None


def count_in_review(session: Session) -> int:
    """Return how many entries are in review."""
    return session.scalar(select(func.count()).where(EntryRow.status == "in_review")) or 0


def _waiting() -> Select[Any]:
    last = (
        select(ChangeRow.entry_id, func.max(ChangeRow.id).label("id"))
        .where(ChangeRow.action == "submitted")
        .group_by(ChangeRow.entry_id)
        .subquery()
    )
    newest = (RevisionRow.entry_id == EntryRow.id) & (RevisionRow.revision == EntryRow.revision)
    query = (
        select(RevisionRow, ChangeRow)
        .join(EntryRow, newest)
        .join(last, last.c.entry_id == EntryRow.id)
        .join(ChangeRow, ChangeRow.id == last.c.id)
        .where(EntryRow.status == "in_review")
    )
    return cast("Select[Any]", query)


def _to_waiting(row: RevisionRow, change: ChangeRow) -> Waiting:
    entry = revision_to_entry(row, "in_review")
    return Waiting(change.id, entry, row.author, row.retires, change.actor, change.changed_at, change.reason)
