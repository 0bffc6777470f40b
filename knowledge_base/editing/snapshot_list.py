"""Published states in a row: what each changed against the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge_base.editing.repository import list_snapshots
from knowledge_base.editing.tables import ChangeRow, SnapshotChangeRow
from knowledge_base.editing.types import SnapshotInfo


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries a snapshot added, changed and took away."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class ListedSnapshot:
    """A snapshot in the list.

    Attributes:
        action: How it came about: published, rolled_back or suspended.
    """

    info: SnapshotInfo
    counts: Counts
    action: str


def listed_snapshots(session: Session, before: int | None, limit: int) -> tuple[ListedSnapshot, ...]:
    """Return snapshots with what they changed, the newest first.

    Args:
        session: Where to read.
        before: Only those with a smaller number; None begins with the newest.
        limit: At most so many.
    """
    found = list_snapshots(session, before, limit)
    if not found:
        return ()
    first, last = found[-1].number, found[0].number
    counts, actions = _counts(session, first, last), _actions(session, first, last)
    return tuple(
        ListedSnapshot(info, counts.get(info.number, Counts()), actions.get(info.number, "published"))
        for info in found
    )


def _counts(session: Session, first: int, last: int) -> Mapping[int, Counts]:
    earlier = func.lag(SnapshotChangeRow.revision).over(
        partition_by=SnapshotChangeRow.entry_id, order_by=SnapshotChangeRow.snapshot
    )
    steps = (
        select(SnapshotChangeRow.snapshot, SnapshotChangeRow.revision, earlier.label("earlier"))
        .where(SnapshotChangeRow.snapshot <= last)
        .subquery()
    )
    query = (
        select(
            steps.c.snapshot,
            func.count().filter(steps.c.revision.is_not(None), steps.c.earlier.is_(None)),
            func.count().filter(steps.c.revision.is_not(None), steps.c.earlier.is_not(None)),
            func.count().filter(steps.c.revision.is_(None)),
        )
        .where(steps.c.snapshot >= first)
        .group_by(steps.c.snapshot)
    )
    return {row[0]: Counts(*row[1:]) for row in session.execute(query)}


def _actions(session: Session, first: int, last: int) -> Mapping[int, str]:
    query = (
        select(ChangeRow.snapshot, func.max(ChangeRow.action))
        .where(ChangeRow.snapshot.between(first, last), ChangeRow.action != "retired")
        .group_by(ChangeRow.snapshot)
    )
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}
