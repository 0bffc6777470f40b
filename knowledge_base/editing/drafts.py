"""Saves drafts and hands them to review; a save that is out of date is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from knowledge_base.database import take_edit_lock
from knowledge_base.editing.diffs import diff_entries, diff_lines
from knowledge_base.editing.entry_rows import canonical_entry
from knowledge_base.editing.history import change_of, record
from knowledge_base.editing.repository import (
    entry_hash,
    find_entry,
    find_revisions,
    find_rows,
    newest_number,
    revision_to_entry,
    snapshot_revisions,
    to_columns,
)
from knowledge_base.editing.tables import EntryRow, RevisionRow
from knowledge_base.editing.types import Deed, Edit, Saved
from knowledge_base.errors import ConflictError, InvalidInputError
from knowledge_base.types import Entry


@dataclass(frozen=True, slots=True)
class StaleEdit:
    """An edit of a revision that is no longer the newest; nothing of it is lost.

    Attributes:
        edit: What was to be saved, in full.
        base: The revision it was made from; None where there is none of that number.
        newest: What stands there now.
    """

    edit: Edit
    base: Entry | None
    newest: Entry

    def lines(self) -> Iterator[str]:
        """Yield what both sides changed, for people to read."""
        mine = self.edit.entry
        yield (
            f"{mine.id}: saved from revision {self.edit.based_on}, but revision {self.newest.revision} "
            "is the newest"
        )
        if self.base:
            yield "  in the meantime:"
            yield from (f"    {line}" for line in diff_lines(self.base, self.newest)[1:])
        yield "  this save against the newest:"
        yield from (f"    {line}" for line in diff_lines(self.newest, mine)[1:])


class StaleEditError(ConflictError):
    """A save was refused because others saved first; ``edits`` holds all that was refused."""

    def __init__(self, edits: Sequence[StaleEdit]) -> None:
        ids = ", ".join(repr(stale.edit.entry.id) for stale in edits[:5])
        super().__init__(
            f"{len(edits)} entries were changed by others in the meantime ({ids}), so nothing was saved. "
            "Look at the differences, put both together, and save from the newest revision.",
            tuple(line for stale in edits for line in stale.lines()),
        )
        self.edits = tuple(edits)


def save_edits(session: Session, edits: Sequence[Edit], deed: Deed) -> Saved:
    """Save entries as drafts, all or none; what is published goes on serving.

    An entry whose text is that of its newest revision stays as it is.

    Raises:
        ContentError: A text is missing or cannot be stored.
        StaleEditError: An edit was made from a revision that is not the newest.
    """
    edits = [replace(edit, entry=canonical_entry(edit.entry)) for edit in edits]
    take_edit_lock(session)
    rows = find_rows(session, (edit.entry.id for edit in edits))
    newest = find_revisions(session, {row.id: row.revision for row in rows.values()})
    known = ((edit, edit.entry.id) for edit in edits)
    changing = [edit for edit, id_ in known if _changes(edit.entry, rows.get(id_), newest.get(id_))]
    stale = [edit for edit in changing if _is_stale(edit, rows.get(edit.entry.id))]
    if stale:
        raise StaleEditError([_describe(session, edit, newest[edit.entry.id]) for edit in stale])
    add_revisions(session, [edit.entry for edit in changing], rows, deed)
    for edit in changing:
        rows[edit.entry.id].edited = True
    ids = {edit.entry.id for edit in changing}
    return Saved(
        new=tuple(entry_id for entry_id in sorted(ids) if entry_id not in newest),
        changed=tuple(entry_id for entry_id in sorted(ids) if entry_id in newest),
        unchanged=tuple(sorted(edit.entry.id for edit in edits if edit.entry.id not in ids)),
    )


def _changes(entry: Entry, row: EntryRow | None, newest: RevisionRow | None) -> bool:
    if row is None or newest is None or newest.entry_hash != entry_hash(entry):
        return True
    return (newest.retires or row.status == "retired") != (entry.status == "retired")


def _is_stale(edit: Edit, row: EntryRow | None) -> bool:
    """Tell whether others saved since; a new id is based on nothing, whatever it says."""
    return row is not None and edit.based_on is not None and edit.based_on != row.revision


def _describe(session: Session, edit: Edit, newest: RevisionRow) -> StaleEdit:
    base = find_entry(session, edit.entry.id, edit.based_on)
    return StaleEdit(edit, base, revision_to_entry(newest, "draft"))


def add_revisions(
    session: Session, entries: Sequence[Entry], rows: dict[str, EntryRow], deed: Deed
) -> dict[str, int]:
    """Write the next revision of each entry, as a draft, with its line of history.

    Args:
        session: A transaction that holds the edit lock.
        entries: At most one of an id.
        rows: Where entries stand; new ones are added to it.
        deed: Who, why, when.

    Returns:
        The new revision of each id.
    """
    before = find_revisions(session, {e.id: rows[e.id].revision for e in entries if e.id in rows})
    history = []
    for entry in entries:
        if entry.id not in rows:
            rows[entry.id] = EntryRow(id=entry.id, revision=0, status="draft", shipped_hash="", edited=False)
            session.add(rows[entry.id])
        row = rows[entry.id]
        row.revision, row.status = row.revision + 1, "draft"
        diff = _diff(before.get(entry.id), entry)
        history.append(change_of(entry.id, row.revision, "saved", deed, diff=diff))
    revisions = {entry.id: rows[entry.id].revision for entry in entries}
    session.flush()
    if entries:
        texts = [_revision_row(entry, revisions[entry.id], deed) for entry in entries]
        session.execute(insert(RevisionRow), texts)
    record(session, history)
    return revisions


def _diff(before: RevisionRow | None, entry: Entry) -> list[dict[str, Any]]:
    if before is None:
        return []
    return [field.to_dict() for field in diff_entries(revision_to_entry(before, "draft"), entry)]


def _revision_row(entry: Entry, revision: int, deed: Deed) -> dict[str, Any]:
    own = {"entry_id": entry.id, "revision": revision, "author": deed.actor, "entry_hash": entry_hash(entry)}
    return {**own, "retires": entry.status == "retired", **to_columns(entry)}


def submit(session: Session, ids: Collection[str] | None, deed: Deed) -> tuple[str, ...]:
    """Hand drafts to review; None hands over all of them.

    Raises:
        InvalidInputError: One of the ids is no draft.
    """
    return _move(session, ids, ("draft", "in_review", "submitted"), deed)


def send_back(session: Session, ids: Collection[str], deed: Deed) -> tuple[str, ...]:
    """Give entries in review back to be worked on.

    Raises:
        InvalidInputError: One of the ids is not in review.
    """
    return _move(session, ids, ("in_review", "draft", "sent_back"), deed)


def discard(session: Session, entry_id: str, deed: Deed) -> str:
    """Give up what was written since the last publish; return where the entry stands then.

    Revisions are only added: the newest one says again what is published. An entry that is not
    published is put away as retired, from where it can be taken up again.

    Raises:
        InvalidInputError: There is no draft of it.
    """
    take_edit_lock(session)
    rows = find_rows(session, [entry_id])
    row = rows.get(entry_id)
    if row is None or row.status not in ("draft", "in_review"):
        raise InvalidInputError(f"Entry {entry_id!r} has no draft that could be discarded. Load it again.")
    number = snapshot_revisions(session, newest_number(session)).get(entry_id)
    published = find_entry(session, entry_id, number) if number else None
    newest = find_entry(session, entry_id)
    assert newest  # noqa: S101 - every row has its newest revision
    text = canonical_entry(published or replace(newest, status="retired"))
    add_revisions(session, [text], rows, deed)
    row.status = "published" if published else "retired"
    row.edited = row.edited and entry_hash(text) != row.shipped_hash
    record(session, [change_of(entry_id, row.revision, "discarded", deed)])
    return row.status


def _move(
    session: Session, ids: Collection[str] | None, way: tuple[str, str, str], deed: Deed
) -> tuple[str, ...]:
    take_edit_lock(session)
    start, end, action = way
    rows = find_rows(session, ids)
    if ids is None:
        rows = {entry_id: row for entry_id, row in rows.items() if row.status == start}
    else:
        require_status(rows, ids, start)
    for row in rows.values():
        row.status = end
    record(session, (change_of(row.id, row.revision, action, deed) for row in rows.values()))
    return tuple(sorted(rows))


def require_status(rows: Mapping[str, EntryRow], ids: Collection[str], status: str) -> None:
    """Refuse ids whose newest revision does not stand at ``status``.

    Raises:
        InvalidInputError: All such ids are listed with where they stand.
    """
    stands = {entry_id: rows[entry_id].status if entry_id in rows else "unknown" for entry_id in ids}
    faults = tuple(
        f"{entry_id}: {stand}, not {status}" for entry_id, stand in stands.items() if stand != status
    )
    if faults:
        raise InvalidInputError(
            f"{len(faults)} of {len(ids)} entries are not {status.replace('_', ' ')}; nothing was done. "
            f"First: {faults[0]}. See where an entry stands with: baowen kb history ID.",
            faults,
        )
