"""The newest revision of every entry, with who wrote it and when."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge_base.editing.repository import find_revisions, find_rows, revision_to_entry
from knowledge_base.editing.tables import ChangeRow, EntryRow
from knowledge_base.types import Entry, Status

_FEW = 1000
"""Ids up to which those alone are asked for."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest revision of an entry.

    Attributes:
        entry: What it says, with where it stands.
        author: Who wrote it, an opaque actor.
        written_at: When, in UTC.
        entry_hash: ``repository.entry_hash`` of it.
    """

    entry: Entry
    author: str
    written_at: dt.datetime
    entry_hash: str


def newest_change(session: Session) -> int:
    """Return the number of the newest line of history: whatever is done to an entry adds one."""
    return session.scalar(select(func.max(ChangeRow.id))) or 0


def changed_since(session: Session, change: int) -> frozenset[str]:
    """Return the entries that something was done to after a line of history."""
    return frozenset(session.scalars(select(ChangeRow.entry_id).where(ChangeRow.id > change).distinct()))


def read_heads(session: Session, ids: Collection[str] | None = None) -> dict[str, Head]:
    """Return the heads of named entries, unknown ones left out; None asks for all."""
    rows = find_rows(session, ids)
    revisions = find_revisions(session, {row.id: row.revision for row in rows.values()})
    written = _written(session, ids)
    return {
        entry_id: Head(
            revision_to_entry(revision, cast(Status, rows[entry_id].status)),
            revision.author,
            written[entry_id],
            revision.entry_hash,
        )
        for entry_id, revision in revisions.items()
    }


def _written(session: Session, ids: Collection[str] | None) -> dict[str, dt.datetime]:
    """Return when the newest revision of each entry was written: at its first line of history."""
    newest = (ChangeRow.entry_id == EntryRow.id) & (ChangeRow.revision == EntryRow.revision)
    first = select(func.min(ChangeRow.id)).join(EntryRow, newest).group_by(EntryRow.id)
    if ids is not None and len(ids) <= _FEW:
        first = first.where(EntryRow.id.in_(ids))
    query = select(ChangeRow.entry_id, ChangeRow.changed_at).where(ChangeRow.id.in_(first))
    return {row.entry_id: row.changed_at for row in session.execute(query)}


def heads_hash(heads: Iterable[Head]) -> str:
    """Return the SHA-256 over what all heads that are not retired say."""
    lines = sorted(f"{one.entry.id} {one.entry_hash}" for one in heads if one.entry.status != "retired")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
