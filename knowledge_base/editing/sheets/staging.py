"""Keeps an uploaded file, what was mended in it and what it would do, until it is confirmed or too old.

In tables, so that every process of an installation sees the same. The text of a file goes
as soon as it was imported or given up.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge_base.database import Base
from knowledge_base.editing.entry_rows import EntryRow, entry_to_dict
from knowledge_base.editing.sheets.reading import Sheet
from knowledge_base.editing.sheets.rows import Fault, Reading, RowOutcome, StagedRow
from knowledge_base.errors import ConflictError, InvalidInputError, NotFoundError
from knowledge_base.types import Entry

KEPT = dt.timedelta(days=14)
"""How long an upload waits that nobody touches."""

MOST_OPEN = 10
"""Uploads that wait at the same time: each may hold ten thousand rows."""

_CHUNK = 500


class ImportRow(Base):
    """An uploaded file: how its columns are read, and what became of it.

    ``state`` is open or confirmed; ``revision`` counts what was changed, so that a
    confirmation means what was seen.
    """

    __tablename__ = "imports"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[dt.datetime]
    updated_at: Mapped[dt.datetime]
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    headings: Mapped[list[str]] = mapped_column(JSON)
    mapping: Mapped[dict[str, str]] = mapped_column(JSON)
    separator: Mapped[str] = mapped_column(String(20))
    first_sentence: Mapped[bool]
    result: Mapped[dict[str, Any]] = mapped_column(JSON)


class ImportedRow(Base):
    """One row of an uploaded file, and what it would do."""

    __tablename__ = "import_rows"

    import_id: Mapped[str] = mapped_column(ForeignKey("imports.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    cells: Mapped[dict[str, Any]] = mapped_column(JSON)
    mended: Mapped[dict[str, str]] = mapped_column(JSON)
    skipped: Mapped[bool]
    problem: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON)


def stage(
    session: Session,
    name: str,
    actor: str,
    sheet: Sheet,
    reading: Reading,
    outcomes: Sequence[RowOutcome],
    now: dt.datetime,
) -> ImportRow:
    """Keep an uploaded file with what it would do; those that waited too long are forgotten.

    Raises:
        InvalidInputError: Too many wait already.
    """
    _forget_old(session, now)
    waiting = (
        session.scalar(select(func.count()).select_from(ImportRow).where(ImportRow.state == "open")) or 0
    )
    if waiting >= MOST_OPEN:
        raise InvalidInputError(
            f"{waiting} uploads wait to be confirmed, and no more are kept. Confirm or discard one of them."
        )
    row = ImportRow(
        id=uuid.uuid4().hex,
        name=name[:200],
        actor=actor,
        created_at=now,
        updated_at=now,
        revision=1,
        state="open",
        headings=list(sheet.headings),
        mapping=dict(reading.mapping),
        separator=reading.separator,
        first_sentence=reading.first_sentence,
        result={},
    )
    session.add(row)
    session.flush()
    for start in range(0, len(outcomes), _CHUNK):
        rows = zip(staged_rows(sheet)[start : start + _CHUNK], outcomes[start : start + _CHUNK], strict=True)
        session.execute(insert(ImportedRow), [_columns(row.id, one, outcome) for one, outcome in rows])
    return row


def staged_rows(sheet: Sheet) -> list[StagedRow]:
    """Return the rows of a file as nobody has mended them yet."""
    return [
        StagedRow(number, row.line, row.cells, problem=row.problem)
        for number, row in enumerate(sheet.rows, start=1)
    ]


def _columns(import_id: str, row: StagedRow, outcome: RowOutcome) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in ("number", "line", "cells", "skipped", "problem")}
    kept = {"import_id": import_id, "mended": dict(row.mended), "state": outcome.state}
    return {**said, **kept, "outcome": _outcome_to_dict(outcome)}


def _outcome_to_dict(outcome: RowOutcome) -> dict[str, Any]:
    told = {name: getattr(outcome, name) for name in ("state", "base", "values", "filled", "diff")}
    faults = {name: [asdict(one) for one in getattr(outcome, name)] for name in ("faults", "warnings")}
    return {**told, **faults, "entry": entry_to_dict(outcome.entry) if outcome.entry else None}


def outcome_of(stored: Mapping[str, Any]) -> RowOutcome:
    """Return an outcome as it was stored."""
    entry = EntryRow.model_validate(stored["entry"]).to_entry(0) if stored["entry"] else None
    faults, warnings = (tuple(Fault(**one) for one in stored[name]) for name in ("faults", "warnings"))
    filled, diff = tuple(stored["filled"]), tuple(stored["diff"])
    return RowOutcome(
        stored["state"], entry, stored["base"], stored["values"], faults, warnings, filled, diff
    )


def _forget_old(session: Session, now: dt.datetime) -> None:
    old = list(session.scalars(select(ImportRow.id).where(ImportRow.updated_at < now - KEPT)))
    for import_id in old:
        discard(session, import_id)


def discard(session: Session, import_id: str) -> None:
    """Forget an uploaded file."""
    session.execute(delete(ImportedRow).where(ImportedRow.import_id == import_id))
    session.execute(delete(ImportRow).where(ImportRow.id == import_id))


def find_import(session: Session, import_id: str, *, lock: bool = False) -> ImportRow:
    """Return an uploaded file.

    Raises:
        NotFoundError: There is none, or none any more.
    """
    row = session.get(ImportRow, import_id, with_for_update=lock or None)
    if row is None:
        raise NotFoundError(
            f"There is no upload {import_id[:40]!r}: discarded, or left waiting for {KEPT.days} days."
        )
    return row


def open_import(session: Session, import_id: str, revision: int) -> ImportRow:
    """Return an uploaded file that may be changed, locked.

    Raises:
        NotFoundError: There is none.
        ConflictError: It was confirmed, or changed since that revision.
    """
    row = find_import(session, import_id, lock=True)
    if row.state != "open":
        raise ConflictError(f"The upload {row.name!r} was imported already.")
    if row.revision != revision:
        raise ConflictError(
            f"The upload {row.name!r} was changed in the meantime (now {row.revision}). Load it again."
        )
    return row


def list_imports(session: Session) -> tuple[ImportRow, ...]:
    """Return the uploads that wait, the newest first."""
    query = select(ImportRow).where(ImportRow.state == "open").order_by(ImportRow.created_at.desc())
    return tuple(session.scalars(query))


def read_rows(session: Session, import_id: str) -> tuple[tuple[StagedRow, dict[str, Any]], ...]:
    """Return all rows with their outcomes as stored, in their order."""
    query = select(ImportedRow).where(ImportedRow.import_id == import_id).order_by(ImportedRow.number)
    return tuple((_staged(row), row.outcome) for row in session.scalars(query))


def _staged(row: ImportedRow) -> StagedRow:
    return StagedRow(row.number, row.line, row.cells, row.mended, row.skipped, row.problem)


def page_of_rows(
    session: Session, import_id: str, states: Sequence[str], after: int, limit: int
) -> tuple[tuple[StagedRow, dict[str, Any]], ...]:
    """Return up to ``limit`` rows of some states behind row ``after``."""
    query = select(ImportedRow).where(ImportedRow.import_id == import_id, ImportedRow.number > after)
    if states:
        query = query.where(ImportedRow.state.in_(states))
    found = session.scalars(query.order_by(ImportedRow.number).limit(limit))
    return tuple((_staged(row), row.outcome) for row in found)


def counts_of(session: Session, import_id: str) -> dict[str, int]:
    """Return how many rows there are in each state."""
    query = (
        select(ImportedRow.state, func.count().label("rows"))
        .where(ImportedRow.import_id == import_id)
        .group_by(ImportedRow.state)
    )
    return {row.state: row.rows for row in session.execute(query)}


def samples_of(session: Session, import_id: str, headings: Iterable[str], most: int) -> dict[str, list[Any]]:
    """Return the first values that stand under each heading."""
    found: dict[str, list[Any]] = {heading: [] for heading in headings}
    query = select(ImportedRow.cells).where(ImportedRow.import_id == import_id).order_by(ImportedRow.number)
    rows: Iterable[dict[str, Any]] = session.scalars(query.limit(50))
    for cells in rows:
        for heading, value in cells.items():
            if len(found.get(heading, [0] * most)) < most:
                found[heading].append(value)
    return found


def keep_changes(
    session: Session,
    row: ImportRow,
    reading: Reading,
    before: Sequence[tuple[StagedRow, dict[str, Any]]],
    after: Sequence[tuple[StagedRow, RowOutcome]],
    now: dt.datetime,
) -> None:
    """Write how a file is read now, what was mended, and what it would do."""
    row.mapping, row.separator = dict(reading.mapping), reading.separator
    row.first_sentence, row.updated_at, row.revision = reading.first_sentence, now, row.revision + 1
    for (old, stored), (new, outcome) in zip(before, after, strict=True):
        told = _outcome_to_dict(outcome)
        if old == new and _same(stored, told):
            continue
        values = {"mended": dict(new.mended), "skipped": new.skipped, "state": outcome.state, "outcome": told}
        session.execute(
            update(ImportedRow)
            .where(ImportedRow.import_id == row.id, ImportedRow.number == new.number)
            .values(**values)
        )


def _same(stored: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    return stored == {**told, "filled": list(told["filled"]), "diff": list(told["diff"])}


def reading_of(row: ImportRow) -> Reading:
    """Return how the columns of an uploaded file are read."""
    return Reading(row.mapping, row.separator, row.first_sentence)


def close_import(session: Session, row: ImportRow, result: Mapping[str, Any], now: dt.datetime) -> None:
    """Note what was imported, and forget the file's text."""
    row.state, row.result, row.updated_at = "confirmed", dict(result), now
    session.execute(delete(ImportedRow).where(ImportedRow.import_id == row.id))


def mend(
    rows: Sequence[StagedRow], mended: Mapping[int, Mapping[str, str]], skipped: Mapping[int, bool]
) -> list[StagedRow]:
    """Return the rows with what somebody wrote in some of them, or left out.

    Raises:
        InvalidInputError: There is no such row.
    """
    numbers = {row.number for row in rows}
    unknown = sorted((mended.keys() | skipped.keys()) - numbers)
    if unknown:
        raise InvalidInputError(f"Row {unknown[0]} is not in the file; it has {len(rows)} rows.")
    return [
        replace(
            row,
            mended={**row.mended, **mended.get(row.number, {})},
            skipped=skipped.get(row.number, row.skipped),
        )
        for row in rows
    ]


def entries_to_save(
    rows: Sequence[tuple[StagedRow, dict[str, Any]]],
) -> tuple[tuple[StagedRow, Entry, int], ...]:
    """Return each entry that an import makes, with its row and the revision it changes.

    Raises:
        InvalidInputError: Rows are bad; ``detail`` names each by its line.
    """
    bad = [staged for staged, stored in rows if stored["state"] == "faulty"]
    if bad:
        raise InvalidInputError(
            f"{len(bad)} rows have faults, so nothing was imported. Mend them or leave them out.",
            tuple(f"line {row.line}" for row in bad),
        )
    found = ((staged, outcome_of(stored)) for staged, stored in rows if stored["state"] in ("new", "changed"))
    return tuple((staged, one.entry, one.base) for staged, one in found if one.entry)
