"""Brings the shipped content into the database without touching edited entries."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge_base.editing.formats import read_entries
from knowledge_base.editing.repository import entry_hash, to_columns
from knowledge_base.editing.tables import ContentStateRow, EntryRow
from knowledge_base.taxonomy import CONTENT
from knowledge_base.types import Entry

_STATE = "shipped"


@dataclass(slots=True)
class ShippedUpdate:
    """What a newer release changed, and what it left alone because it was edited here."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Tell whether the published state is another one now."""
        return bool(self.added or self.updated or self.retired)


@dataclass(frozen=True, slots=True)
class ShippedContent:
    """A folder of entries as a release brings it.

    ``digest`` is over the files' bytes, so that a start that finds it in the
    database need not parse them.
    """

    folder: Path

    @property
    def digest(self) -> str:
        """Return the SHA-256 over the names and bytes of all files."""
        total = hashlib.sha256()
        for path in sorted(self.folder.glob("*.yaml")):
            total.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return total.hexdigest()

    def entries(self) -> tuple[Entry, ...]:
        """Return the parsed entries."""
        return read_entries(self.folder)


SHIPPED = ShippedContent(CONTENT / "entries")
"""The entries that come with the package."""


def update_shipped(session: Session, content: ShippedContent, now: dt.datetime) -> ShippedUpdate:
    """Make the database hold the shipped entries, edited ones excepted.

    New entries are added, changed ones get the next revision, dropped ones are
    retired. An entry that was edited here stays and is listed as kept where the
    release would have changed or dropped it. Nothing happens when the recorded
    hash of the shipped content is the present one.
    """
    update = ShippedUpdate()
    digest = content.digest
    state = session.get(ContentStateRow, _STATE)
    if state and state.content_hash == digest:
        return update
    entries = content.entries()
    rows = {row.id: row for row in session.scalars(select(EntryRow))}
    for entry in entries:
        _bring(session, rows.get(entry.id), entry, update)
    shipped_ids = {entry.id for entry in entries}
    for row in rows.values():
        if row.shipped_hash and row.id not in shipped_ids and row.status == "published":
            _drop(row, update)
    session.merge(ContentStateRow(name=_STATE, content_hash=digest, updated_at=now))
    return update


def _bring(session: Session, row: EntryRow | None, entry: Entry, update: ShippedUpdate) -> None:
    digest = entry_hash(entry)
    if row is None:
        session.add(EntryRow(**to_columns(entry), shipped_hash=digest, edited=False))
        update.added.append(entry.id)
    elif row.shipped_hash == digest and (row.edited or row.status == entry.status):
        return
    elif row.edited:
        update.kept.append(entry.id)
    else:
        revision = row.revision + 1
        for name, value in to_columns(entry).items():
            setattr(row, name, value)
        row.revision, row.shipped_hash = revision, digest
        update.updated.append(entry.id)


def _drop(row: EntryRow, update: ShippedUpdate) -> None:
    if row.edited:
        update.kept.append(row.id)
        return
    row.status = "retired"
    row.revision += 1
    update.retired.append(row.id)
