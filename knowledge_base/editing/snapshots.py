"""Numbered published states: how one is written, and how it is read back or refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.orm import Session

from knowledge_base.editing.history import change_of, record
from knowledge_base.editing.repository import (
    content_hash,
    find_snapshot,
    newest_number,
    snapshot_entries,
)
from knowledge_base.editing.tables import EntryRow, SnapshotChangeRow, SnapshotRow
from knowledge_base.editing.types import Change, Deed, SnapshotInfo
from knowledge_base.errors import ContentError
from knowledge_base.types import Entry

Members = Mapping[str, int | None]
"""The revision of each entry that a snapshot changes; None takes the entry away."""


def require_servable(
    entries: Sequence[Entry], previous: Sequence[Entry], vanishing_share: float, *, forced: bool
) -> None:
    """Refuse a state that answers nothing, or from which too much has vanished.

    Raises:
        ContentError: It has no answer, or lacks more than ``vanishing_share`` of
            ``previous`` without being forced.
    """
    if not any(entry.kind == "answer" for entry in entries):
        raise ContentError("The state holds no answer at all: probably everything was taken away.")
    vanished = {entry.id for entry in previous} - {entry.id for entry in entries}
    if not forced and len(vanished) > vanishing_share * len(previous):
        raise ContentError(
            f"{len(vanished)} of {len(previous)} entries would vanish, more than "
            f"{vanishing_share:.0%} (BAOWEN_VANISHING_SHARE): {', '.join(sorted(vanished)[:5])}... "
            "Probably this was not meant; if it was, add --force."
        )


def write_snapshot(
    session: Session,
    entries: Sequence[Entry],
    members: Members,
    rows: Mapping[str, EntryRow],
    deed: Deed,
    action: str,
    *,
    forced: bool,
) -> SnapshotInfo:
    """Write the next snapshot and what it means for each entry it changes.

    Args:
        session: A transaction that holds the edit lock.
        entries: All entries of the new state.
        members: What it changes against the newest one.
        rows: Where these entries stand.
        deed: Who, why, when.
        action: What the history calls it.
        forced: More entries may have vanished than usual.
    """
    number = newest_number(session) + 1
    info = SnapshotInfo(number, content_hash(entries), len(entries), deed.actor, deed.at, deed.reason, forced)
    session.add(
        SnapshotRow(
            number=number,
            content_hash=info.content_hash,
            entry_count=info.entry_count,
            actor=deed.actor,
            created_at=deed.at,
            reason=deed.reason,
            forced=forced,
        )
    )
    session.flush()
    changes = [{"entry_id": e, "snapshot": number, "revision": revision} for e, revision in members.items()]
    session.execute(insert(SnapshotChangeRow), changes)
    record(session, (_change(rows[e], revision, deed, action, number) for e, revision in members.items()))
    for entry_id, revision in members.items():
        _settle(rows[entry_id], revision, action)
    return info


def _change(row: EntryRow, revision: int | None, deed: Deed, action: str, number: int) -> Change:
    happened = "retired" if revision is None and action == "published" else action
    return change_of(row.id, revision or row.revision, happened, deed, number)


def _settle(row: EntryRow, revision: int | None, action: str) -> None:
    """Say where an entry stands once the snapshot holds ``revision`` of it.

    A newer draft stays one. What was published or retired and is so no more
    (a rollback, a suspension) becomes a draft: somebody has to look at it.
    """
    if revision == row.revision:
        row.status = "published"
    elif revision is None and action == "published":
        row.status = "retired"
    elif row.status in ("published", "retired"):
        row.status = "draft"
    if action == "rolled_back":
        row.edited = True  # someone chose an older text, which a release must not replace


@dataclass(frozen=True, slots=True)
class PublishedState:
    """A snapshot with all its entries, in the order of ids, verified against its hash."""

    info: SnapshotInfo
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class RefusedSnapshot:
    """A snapshot that cannot be served, and why."""

    number: int
    problem: str


def load_snapshot(session: Session, number: int) -> PublishedState:
    """Read a snapshot and verify it.

    Raises:
        ContentError: It is not there, is not what was published, or has no answer.
    """
    info = find_snapshot(session, number)
    if info is None:
        raise ContentError(f"There is no snapshot {number}.")
    entries = snapshot_entries(session, number)
    if content_hash(entries) != info.content_hash:
        raise ContentError(
            f"Snapshot {number} is damaged: it was published with {info.entry_count} entries and hash "
            f"{info.content_hash[:12]!r}, but the database holds {len(entries)} with another hash. "
            "Probably rows were changed by hand; restore a backup, or publish again."
        )
    require_servable(entries, (), 1.0, forced=True)
    return PublishedState(info, entries)


def load_newest(session: Session) -> tuple[PublishedState, RefusedSnapshot | None]:
    """Return the newest snapshot that can be served, and the newest one where that was refused.

    Raises:
        ContentError: No snapshot can be served; the message is about the newest.
    """
    newest, first_error = newest_number(session), None
    for number in range(newest, 0, -1):
        try:
            state = load_snapshot(session, number)
        except ContentError as error:
            first_error = first_error or error
            continue
        return state, RefusedSnapshot(newest, first_error.message) if first_error else None
    raise first_error or ContentError(
        "Nothing was ever published. Import entries, submit and publish them: baowen kb --help."
    )
