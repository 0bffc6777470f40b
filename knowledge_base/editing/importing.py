"""Takes a file of entries in as drafts: all of them, or none and every bad row by its place."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from knowledge_base.database import Database
from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.entry_rows import UNKNOWN_REVISION
from knowledge_base.editing.formats import LocatedEntry
from knowledge_base.editing.repository import head_entries, published_entries
from knowledge_base.editing.types import Deed, DraftState, Edit, PublishCheck, PublishFinding, Saved
from knowledge_base.errors import ContentError
from knowledge_base.search.text import normalize
from knowledge_base.types import Entry

_NUMBERED = re.compile(r"row-\d+")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file.

    Attributes:
        saved: Ids by what was done with them, or would be in a dry run.
        warnings: What the checks say of its rows without refusing them.
    """

    saved: Saved
    warnings: tuple[str, ...]


def with_ids(rows: Sequence[LocatedEntry]) -> tuple[LocatedEntry, ...]:
    """Name the rows that have no id after their intent and question, the same at every import."""
    return tuple(replace(row, entry=replace(row.entry, id=_id_of(row.entry))) for row in rows)


def _id_of(entry: Entry) -> str:
    if not _NUMBERED.fullmatch(entry.id):
        return entry.id
    return f"{entry.intent}.{hashlib.sha256(normalize(entry.question).encode()).hexdigest()[:8]}"


def import_entries(
    database: Database,
    rows: Sequence[LocatedEntry],
    deed: Deed,
    checks: Sequence[PublishCheck],
    today: dt.date,
    *,
    unreadable: Sequence[str] = (),
    dry_run: bool = False,
) -> Imported:
    """Save rows as drafts if no check has anything against them.

    A row that names the revision it was made from conflicts with newer ones; a row
    that names none replaces whatever is newest.

    Args:
        database: Where to.
        rows: Each with its place in the file and an id.
        deed: Who, why, when.
        checks: What must hold, seen with all drafts as if they were published.
        today: The day the checks look from.
        unreadable: Faults of rows that are no entries: nothing is imported, and the faults of
            the others are told beside them.
        dry_run: Change nothing in the end.

    Raises:
        ContentError: Rows are bad; ``detail`` lists each with its place.
        StaleEditError: Someone else saved newer revisions; ``detail`` shows the differences.
    """
    with database.reading() as session:
        state = state_with(present_entries(session), [row.entry for row in rows], today)
    findings = [finding for check in checks for finding in check(state)]
    errors = [finding for finding in findings if finding.severity == "error"]
    _refuse_bad_rows(rows, errors, unreadable)
    edits = [Edit(row.entry, _base_of(row.entry)) for row in rows]
    with database.transaction() as session:
        attempt = session.begin_nested()
        saved = save_edits(session, edits, deed)
        if dry_run:
            attempt.rollback()
    ids = {row.entry.id for row in rows}
    warnings = [f for f in findings if f.severity == "warning" and f.entry_id in ids]
    return Imported(saved, tuple(_placed(rows, warnings)))


def _base_of(entry: Entry) -> int | None:
    return None if entry.revision == UNKNOWN_REVISION else entry.revision


def present_entries(session: Session) -> tuple[Entry, ...]:
    """Return all that is published or drafted, drafts before what is published, by id."""
    found = {entry.id: entry for entry in published_entries(session)}
    found |= {entry.id: entry for entry in head_entries(session, ["draft", "in_review"])}
    return _by_id(found.values())


def state_with(present: Sequence[Entry], entries: Sequence[Entry], today: dt.date) -> DraftState:
    """Return what is there without and with ``entries``, as the checks look at it."""
    before = {entry.id: entry for entry in present}
    after = before | {entry.id: entry for entry in entries}
    for entry in entries:
        if entry.status == "retired":
            after.pop(entry.id, None)
    changed = frozenset(entry.id for entry in entries if entry.status != "retired")
    return DraftState(_by_id(after.values()), _by_id(before.values()), changed, today)


def _by_id(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.id))


def _refuse_bad_rows(
    rows: Sequence[LocatedEntry], errors: Sequence[PublishFinding], unreadable: Sequence[str]
) -> None:
    counts = Counter(row.entry.id for row in rows)
    twice = [
        f"{row.place}: {row.entry.id}: {counts[row.entry.id]} rows have this id, or this question without one"
        for row in rows
        if counts[row.entry.id] > 1
    ]
    faults = (*unreadable, *twice, *_placed(rows, errors))
    if faults:
        raise ContentError(f"{len(faults)} faults, so nothing was imported; first: {faults[0]}", faults)


def _placed(rows: Sequence[LocatedEntry], findings: Sequence[PublishFinding]) -> list[str]:
    """Return findings with the place of their row, in the order of the rows."""
    order = {row.entry.id: (number, row.place) for number, row in enumerate(rows)}
    last = (len(rows), "not in the file")
    ordered = sorted(findings, key=lambda finding: order.get(finding.entry_id, last)[0])
    return [f"{order.get(f.entry_id, last)[1]}: {f.entry_id}: {f.message}" for f in ordered]
