"""Brings the shipped content into the database without touching edited entries."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from knowledge_base.database import take_edit_lock
from knowledge_base.editing.drafts import add_revisions
from knowledge_base.editing.formats import read_entries
from knowledge_base.editing.publishing import plan_members
from knowledge_base.editing.repository import entry_hash, find_rows
from knowledge_base.editing.snapshots import write_snapshot
from knowledge_base.editing.tables import ContentStateRow, EntryRow
from knowledge_base.editing.types import RELEASE, Deed
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
    """Publish the shipped entries of a newer release, edited ones excepted.

    New entries are added, changed ones get the next revision, dropped ones are
    retired. An entry that was edited here stays and is listed as kept where the
    release would have changed or dropped it. All of it is one snapshot by the
    actor ``release``. Nothing happens when the recorded hash of the shipped
    content is the present one.
    """
    update = ShippedUpdate()
    take_edit_lock(session)
    digest = content.digest
    state = session.get(ContentStateRow, _STATE)
    if state and state.content_hash == digest:
        return update
    entries = content.entries()
    rows = find_rows(session)
    brought = [entry for entry in entries if _brings(rows.get(entry.id), entry, update)]
    shipped_ids = {entry.id for entry in entries}
    gone = [row for row in rows.values() if row.shipped_hash and row.id not in shipped_ids]
    dropped = [row.id for row in gone if _drops(row, update)]
    deed = Deed(RELEASE, f"shipped content {digest[:12]}", now)
    _publish(session, brought, dropped, rows, deed)
    session.merge(ContentStateRow(name=_STATE, content_hash=digest, updated_at=now))
    return update


def _brings(row: EntryRow | None, entry: Entry, update: ShippedUpdate) -> bool:
    """Tell whether the release's text of an entry is to be published, and note what becomes of it."""
    if row is None:
        if entry.status != "retired":
            update.added.append(entry.id)
        return entry.status != "retired"
    stands_as_shipped = (row.status == "retired") == (entry.status == "retired")
    if row.shipped_hash == entry_hash(entry) and (row.edited or stands_as_shipped):
        return False
    (update.kept if row.edited else update.updated).append(entry.id)
    return not row.edited


def _drops(row: EntryRow, update: ShippedUpdate) -> bool:
    if row.status == "retired":
        return False
    (update.kept if row.edited else update.retired).append(row.id)
    return not row.edited


def _publish(
    session: Session, brought: list[Entry], dropped: list[str], rows: dict[str, EntryRow], deed: Deed
) -> None:
    revisions = add_revisions(session, brought, rows, deed)
    members: dict[str, int | None] = dict.fromkeys(dropped)
    for entry in brought:
        rows[entry.id].shipped_hash = entry_hash(entry)
        members[entry.id] = None if entry.status == "retired" else revisions[entry.id]
    if not members:
        return
    state = plan_members(session, members, deed.at.date()).state
    write_snapshot(session, state.entries, members, rows, deed, "published", forced=True)
