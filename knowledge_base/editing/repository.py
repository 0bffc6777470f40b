"""Reads entries from the database and writes them to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge_base.editing.formats import entry_to_dict
from knowledge_base.editing.tables import EntryRow
from knowledge_base.types import Entry, LegalBasis

_LISTS = ("variants", "channels", "products", "related")
_PLAIN = (
    "id",
    "kind",
    "intent",
    "status",
    "revision",
    "question",
    "answer",
    "short_answer",
    "source",
    "valid_from",
    "valid_to",
)


def entry_hash(entry: Entry) -> str:
    """Return the SHA-256 of what an entry says; revision and status do not count."""
    said = {k: v for k, v in entry_to_dict(entry).items() if k not in ("revision", "status")}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def content_hash(entries: Sequence[Entry]) -> str:
    """Return the SHA-256 over all entries with their revisions, in the order of ids."""
    lines = sorted(f"{entry.id} {entry.revision} {entry_hash(entry)}" for entry in entries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def to_columns(entry: Entry) -> dict[str, Any]:
    """Return an entry as the columns of its row."""
    basis = [
        {"law": b.law, "version": b.version, "article": b.article, "paragraph": b.paragraph}
        for b in entry.legal_basis
    ]
    lists = {name: list(getattr(entry, name)) for name in _LISTS}
    return {**{name: getattr(entry, name) for name in _PLAIN}, **lists, "legal_basis": basis}


def to_entry(row: EntryRow) -> Entry:
    """Return a row as an entry."""
    columns: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    columns |= {name: tuple(getattr(row, name)) for name in _LISTS}
    return Entry(**columns, legal_basis=tuple(LegalBasis(**b) for b in row.legal_basis))


def published_entries(session: Session) -> tuple[Entry, ...]:
    """Return all published entries in the order of their ids."""
    rows = session.scalars(select(EntryRow).where(EntryRow.status == "published").order_by(EntryRow.id))
    return tuple(to_entry(row) for row in rows)


def find_entry(session: Session, entry_id: str) -> Entry | None:
    """Return the entry of that id, whatever its status."""
    row = session.get(EntryRow, entry_id)
    return to_entry(row) if row else None


def revise_entry(session: Session, entry: Entry) -> Entry:
    """Store an edited entry under the next revision and mark it as edited here.

    Returns:
        The entry as stored. A new id starts with revision 1.
    """
    row = session.get(EntryRow, entry.id)
    if row is None:
        row = EntryRow(**to_columns(entry), edited=True)
        row.revision = 1
        session.add(row)
    else:
        revision = row.revision + 1
        for name, value in to_columns(entry).items():
            setattr(row, name, value)
        row.revision, row.edited = revision, True
    session.flush()
    return to_entry(row)
