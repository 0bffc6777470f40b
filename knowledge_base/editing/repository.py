"""Reads entries, revisions and published states from the database."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from knowledge_base.editing.entry_rows import entry_to_dict
from knowledge_base.editing.tables import (
    EntryRow,
    RevisionRow,
    ScheduledPublishRow,
    SnapshotChangeRow,
    SnapshotRow,
)
from knowledge_base.editing.types import SnapshotInfo
from knowledge_base.types import Entry, LegalBasis, Status

_LISTS = ("variants", "channels", "products", "related")
_PLAIN = ("kind", "intent", "question", "answer", "short_answer", "source", "valid_from", "valid_to")
_CHUNK = 5000  # databases bound the number of values in one query
_FIRST_FIELDS = frozenset({"id", "legal_basis", *_LISTS, *_PLAIN})


def entry_hash(entry: Entry) -> str:
    """Return the SHA-256 of what an entry says; revision and status do not count.

    Fields that a later release adds count only where they are set, so that the
    hashes of older snapshots stay true.
    """
    said = {
        name: value
        for name, value in entry_to_dict(entry).items()
        if name not in ("revision", "status") and (value or name in _FIRST_FIELDS)
    }
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def content_hash(entries: Sequence[Entry]) -> str:
    """Return the SHA-256 over all entries with their revisions, in the order of ids."""
    lines = sorted(f"{entry.id} {entry.revision} {entry_hash(entry)}" for entry in entries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def to_columns(entry: Entry) -> dict[str, Any]:
    """Return what an entry says as the columns of its revision."""
    basis = [
        {"law": b.law, "version": b.version, "article": b.article, "paragraph": b.paragraph}
        for b in entry.legal_basis
    ]
    lists = {name: list(getattr(entry, name)) for name in _LISTS}
    return {**{name: getattr(entry, name) for name in _PLAIN}, **lists, "legal_basis": basis}


def _to_entry(row: Mapping[Any, Any], status: Status) -> Entry:
    columns: dict[str, Any] = {name: row[name] for name in _PLAIN}
    columns |= {name: tuple(row[name]) for name in _LISTS}
    basis = tuple(LegalBasis(**b) for b in row["legal_basis"])
    return Entry(**columns, id=row["entry_id"], revision=row["revision"], status=status, legal_basis=basis)


_REVISIONS = RevisionRow.__table__


def find_rows(session: Session, ids: Iterable[str] | None = None) -> dict[str, EntryRow]:
    """Return where entries stand, by id; unknown ids are left out, None asks for all."""
    if ids is None:
        return {row.id: row for row in session.scalars(select(EntryRow).order_by(EntryRow.id))}
    wanted = sorted(set(ids))
    rows: dict[str, EntryRow] = {}
    for start in range(0, len(wanted), _CHUNK):
        some = EntryRow.id.in_(wanted[start : start + _CHUNK])
        rows |= {row.id: row for row in session.scalars(select(EntryRow).where(some))}
    return rows


def head_entries(session: Session, statuses: Sequence[Status]) -> tuple[Entry, ...]:
    """Return the newest revision of every entry that stands at one of ``statuses``, by id."""
    query = (
        select(EntryRow.status, _REVISIONS)
        .join(
            RevisionRow,
            (RevisionRow.entry_id == EntryRow.id) & (RevisionRow.revision == EntryRow.revision),
        )
        .where(EntryRow.status.in_(statuses))
        .order_by(EntryRow.id)
    )
    return tuple(_to_entry(row, row["status"]) for row in session.execute(query).mappings())


def find_entry(session: Session, entry_id: str, revision: int | None = None) -> Entry | None:
    """Return an entry's newest revision with its status, or an older one as it was written.

    An older revision comes with status ``draft``: what was published when is in the snapshots.
    """
    row = session.get(EntryRow, entry_id)
    if row is None:
        return None
    number = row.revision if revision is None else revision
    query = select(_REVISIONS).where(RevisionRow.entry_id == entry_id, RevisionRow.revision == number)
    found = session.execute(query).mappings().first()
    status: Any = row.status if number == row.revision else "draft"
    return _to_entry(found, status) if found else None


def find_revisions(session: Session, revisions: Mapping[str, int]) -> dict[str, RevisionRow]:
    """Return the rows of named revisions, by id of the entry."""
    wanted, rows = sorted(revisions), dict[str, RevisionRow]()
    for start in range(0, len(wanted), _CHUNK):
        some = RevisionRow.entry_id.in_(wanted[start : start + _CHUNK])
        found = session.scalars(select(RevisionRow).where(some))
        rows |= {row.entry_id: row for row in found if revisions[row.entry_id] == row.revision}
    return rows


def entry_revisions(session: Session, entry_id: str) -> tuple[RevisionRow, ...]:
    """Return the rows of all revisions of an entry, the newest first."""
    query = select(RevisionRow).where(RevisionRow.entry_id == entry_id)
    return tuple(session.scalars(query.order_by(RevisionRow.revision.desc())))


def snapshots_of(session: Session, entry_id: str) -> tuple[tuple[int, int | None], ...]:
    """Return each snapshot that changed an entry, with the revision it holds from then on."""
    query = select(SnapshotChangeRow.snapshot, SnapshotChangeRow.revision)
    found = query.where(SnapshotChangeRow.entry_id == entry_id).order_by(SnapshotChangeRow.snapshot)
    return tuple((row[0], row[1]) for row in session.execute(found))


def revision_to_entry(row: RevisionRow, status: Status) -> Entry:
    """Return a revision as an entry of that status."""
    return _to_entry({column.name: getattr(row, column.name) for column in _REVISIONS.columns}, status)


def newest_number(session: Session) -> int:
    """Return the number of the newest snapshot; 0 where nothing was published yet."""
    return session.scalar(select(func.max(SnapshotRow.number))) or 0


def _members(number: int) -> Subquery:
    """Select (entry_id, revision) of all entries a snapshot holds: each one's last change up to it."""
    last = (
        select(SnapshotChangeRow.entry_id, func.max(SnapshotChangeRow.snapshot).label("snapshot"))
        .where(SnapshotChangeRow.snapshot <= number)
        .group_by(SnapshotChangeRow.entry_id)
        .subquery()
    )
    is_last = (SnapshotChangeRow.entry_id == last.c.entry_id) & (
        SnapshotChangeRow.snapshot == last.c.snapshot
    )
    return (
        select(SnapshotChangeRow.entry_id, SnapshotChangeRow.revision)
        .join(last, is_last)
        .where(SnapshotChangeRow.revision.is_not(None))
        .subquery()
    )


def snapshot_revisions(session: Session, number: int) -> dict[str, int]:
    """Return which revision of each entry a snapshot holds."""
    return {row.entry_id: row.revision for row in session.execute(select(_members(number)))}


def snapshot_entries(session: Session, number: int) -> tuple[Entry, ...]:
    """Return all entries of a snapshot in the order of their ids."""
    members = _members(number)
    query = (
        select(_REVISIONS)
        .join(
            members,
            (members.c.entry_id == RevisionRow.entry_id) & (members.c.revision == RevisionRow.revision),
        )
        .order_by(RevisionRow.entry_id)
    )
    return tuple(_to_entry(row, "published") for row in session.execute(query).mappings())


def published_entries(session: Session) -> tuple[Entry, ...]:
    """Return the entries of the newest snapshot in the order of their ids."""
    return snapshot_entries(session, newest_number(session))


def find_snapshot(session: Session, number: int) -> SnapshotInfo | None:
    """Return who published a snapshot, when and why."""
    row = session.get(SnapshotRow, number)
    return _to_info(row) if row else None


def list_snapshots(
    session: Session, before: int | None = None, limit: int | None = None
) -> tuple[SnapshotInfo, ...]:
    """Return snapshots, the newest first; only those with a number below ``before``, if it is given."""
    query = select(SnapshotRow).order_by(SnapshotRow.number.desc()).limit(limit)
    if before is not None:
        query = query.where(SnapshotRow.number < before)
    return tuple(map(_to_info, session.scalars(query)))


def _to_info(row: SnapshotRow) -> SnapshotInfo:
    return SnapshotInfo(
        row.number, row.content_hash, row.entry_count, row.actor, row.created_at, row.reason, row.forced
    )


def scheduled_revisions(session: Session) -> frozenset[tuple[str, int]]:
    """Return (entry id, revision) of everything that waits for the day it is to be published."""
    waiting = select(ScheduledPublishRow.revisions).where(ScheduledPublishRow.state == "waiting")
    return frozenset(pair for revisions in session.scalars(waiting) for pair in revisions.items())
