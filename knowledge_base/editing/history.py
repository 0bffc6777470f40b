"""The history of entries: each thing done to one, by whom, when, why, with its diff."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from knowledge_base.editing.tables import ChangeRow
from knowledge_base.editing.types import Change, Deed


def change_of(
    entry_id: str,
    revision: int,
    action: str,
    deed: Deed,
    snapshot: int | None = None,
    diff: Sequence[dict[str, Any]] = (),
) -> Change:
    """Return one line of history."""
    return Change(entry_id, revision, action, deed.actor, deed.at, deed.reason, snapshot, tuple(diff))


def record(session: Session, changes: Iterable[Change]) -> None:
    """Add lines to the history; they are never changed afterwards."""
    names = ("entry_id", "revision", "action", "actor", "changed_at", "reason", "snapshot")
    rows = [{**{n: getattr(c, n) for n in names}, "diff": list(c.diff)} for c in changes]
    if rows:
        session.execute(insert(ChangeRow), rows)


def entry_history(session: Session, entry_id: str) -> tuple[Change, ...]:
    """Return all that was done to an entry, the oldest first."""
    rows = session.scalars(select(ChangeRow).where(ChangeRow.entry_id == entry_id).order_by(ChangeRow.id))
    return tuple(
        Change(
            row.entry_id,
            row.revision,
            row.action,
            row.actor,
            row.changed_at,
            row.reason,
            row.snapshot,
            tuple(row.diff),
        )
        for row in rows
    )
