"""Spreadsheets on their way into the knowledge base: uploaded, looked at, mended, confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.knowledge.writing import stale_view
from api.laws import known_laws
from api.publish_checks import rules_of
from api.services import Services, intent_predictor
from api.tickets.views import moment
from knowledge_base.editing.checks.content import changed_check
from knowledge_base.editing.drafts import StaleEditError, save_edits, submit
from knowledge_base.editing.importing import present_entries
from knowledge_base.editing.repository import head_entries
from knowledge_base.editing.rules import read_products
from knowledge_base.editing.sheets import staging
from knowledge_base.editing.sheets.columns import LABELS, LISTS, REQUIRED, faults_of_mapping, guess_mapping
from knowledge_base.editing.sheets.fault_words import text_of_fault
from knowledge_base.editing.sheets.reading import MOST_ROWS, read_sheet
from knowledge_base.editing.sheets.rows import Reading, StagedRow, Stock, evaluate
from knowledge_base.editing.sheets.values import SEPARATORS, Vocabulary
from knowledge_base.editing.types import Deed, Edit, Saved
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.text import normalize
from knowledge_base.taxonomy import shipped_taxonomy

_SAMPLES = 3
_STALE_SHOWN = 100
_SAMPLE_LENGTH = 80
View = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody changes in an upload; what is None stays as it is.

    Attributes:
        revision: The one that they saw.
        mended: By row and field what it says instead.
        skipped: By row whether it is left out.
    """

    revision: int
    mapping: Mapping[str, str] | None = None
    separator: str | None = None
    first_sentence: bool | None = None
    mended: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    skipped: Mapping[int, bool] = field(default_factory=dict)


def upload(desk: Desk, name: str, content: bytes, deed: Deed) -> View:
    """Read a file and keep it with what it would do; nothing of the knowledge base changes.

    Raises:
        UnreadableSheetError: It cannot be read, or is too large.
        InvalidInputError: Too many uploads wait.
    """
    sheet = read_sheet(content, name)
    reading = Reading(guess_mapping(sheet.headings))
    outcomes = evaluate(staging.staged_rows(sheet), reading, _stock(desk, deed.at.date()))
    with desk.transaction() as session:
        row = staging.stage(session, name, deed.actor, sheet, reading, outcomes, deed.at)
        return view(session, row)


def change(desk: Desk, import_id: str, wanted: Change, now: dt.datetime) -> View:
    """Read the columns another way, or mend rows, and look anew at what the file would do.

    Raises:
        NotFoundError: There is no such upload.
        ConflictError: It was changed or confirmed in the meantime.
        InvalidInputError: A column, a field or a row is not there.
    """
    with desk.reading() as session:
        row = staging.find_import(session, import_id)
        before = staging.read_rows(session, import_id)
        reading = _reading(row, wanted)
    rows = staging.mend([staged for staged, _ in before], wanted.mended, wanted.skipped)
    outcomes = evaluate(rows, reading, _stock(desk, now.date(), _predicted(before)))
    with desk.transaction() as session:
        row = staging.open_import(session, import_id, wanted.revision)
        staging.keep_changes(session, row, reading, before, list(zip(rows, outcomes, strict=True)), now)
        return view(session, row)


def _reading(row: staging.ImportRow, wanted: Change) -> Reading:
    now = staging.reading_of(row)
    mapping = {
        **dict.fromkeys(row.headings, ""),
        **(now.mapping if wanted.mapping is None else wanted.mapping),
    }
    faults = faults_of_mapping(mapping, row.headings)
    separator = now.separator if wanted.separator is None else wanted.separator
    if separator not in SEPARATORS:
        faults.append(f"separator {separator!r} is not one of {', '.join(SEPARATORS)}")
    unknown = {name for fields in wanted.mended.values() for name in fields} - LABELS.keys()
    faults += [f"field {name[:60]!r} is unknown" for name in sorted(unknown)]
    if faults:
        raise InvalidInputError(f"The columns cannot be read so: {'; '.join(faults)}.", tuple(faults))
    first = now.first_sentence if wanted.first_sentence is None else wanted.first_sentence
    return Reading(mapping, separator, first)


def confirm(desk: Desk, import_id: str, revision: int, deed: Deed, *, submit_too: bool) -> View:
    """Save exactly what was seen as drafts, all or none; confirmed twice, it is done once.

    Raises:
        NotFoundError: There is no such upload.
        InvalidInputError: Rows have faults.
        ConflictError: The upload was changed in the meantime.
        StaleEditError: Somebody saved one of the entries in the meantime; ``edits`` shows both.
    """
    with desk.reading() as session:
        row = staging.find_import(session, import_id)
        if row.state == "confirmed":
            return view(session, row)
    try:
        with desk.transaction() as session:
            row = staging.open_import(session, import_id, revision)
            wanted = staging.entries_to_save(staging.read_rows(session, import_id))
            saved = save_edits(session, [Edit(entry, base) for _, entry, base in wanted], deed)
            ids = (*saved.new, *saved.changed)
            if submit_too and ids:
                submit(session, ids, deed)
            staging.close_import(session, row, _result(saved, submitted=submit_too), deed.at)
            return view(session, row)
    except StaleEditError:
        change(desk, import_id, Change(revision), deed.at)  # what is seen next shows what others saved
        raise


def stale_views(session: Session, error: StaleEditError) -> View:
    """Return both sides of the entries that others saved first, as a stale save tells them.

    ``total`` counts all of them; ``entries`` has the first hundred.
    """
    shown = [stale_view(session, edit) for edit in error.edits[:_STALE_SHOWN]]
    return {"total": len(error.edits), "entries": shown}


def _result(saved: Saved, *, submitted: bool) -> View:
    return {"new": list(saved.new), "changed": list(saved.changed), "submitted": submitted}


def _stock(desk: Desk, today: dt.date, predicted: Mapping[str, str] | None = None) -> Stock:
    services = desk.serving.services
    laws = known_laws(services.database)
    rules = rules_of(services)
    with desk.reading() as session:
        heads = head_entries(session, ["draft", "in_review", "published", "retired"])
        before = present_entries(session)
    words = Vocabulary(shipped_taxonomy(), read_products(), laws, today)
    checks = (changed_check(rules),)
    return Stock(
        {entry.id: entry for entry in heads}, before, checks, words, _Predictor(services, predicted or {})
    )


@dataclass(frozen=True, slots=True)
class _Predictor:
    """Names intents; what was named before is not asked again."""

    services: Services
    known: Mapping[str, str]

    def __call__(self, texts: Sequence[str]) -> Sequence[str]:
        unknown = [text for text in dict.fromkeys(texts) if text not in self.known]
        predict = intent_predictor(self.services.bundle, self.services.snapshot.index)
        named = dict(zip(unknown, predict(unknown), strict=True)) if unknown else {}
        return [self.known.get(text) or named[text] for text in texts]


def _predicted(rows: Sequence[tuple[StagedRow, dict[str, Any]]]) -> dict[str, str]:
    """Return the intents that were predicted when the rows were looked at last, by normalised question."""
    entries = [stored["entry"] for _, stored in rows if stored["entry"] and "intent" in stored["filled"]]
    return {normalize(entry["question"]): entry["intent"] for entry in entries}


def view(session: Session, row: staging.ImportRow) -> View:
    """Return an upload without its rows: how it is read, and how many rows do what."""
    samples = staging.samples_of(session, row.id, row.headings, _SAMPLES)
    counts = staging.counts_of(session, row.id)
    return {
        "id": row.id,
        "name": row.name,
        "state": row.state,
        "revision": row.revision,
        "created_at": moment(row.created_at),
        "created_by": row.actor,
        "created_by_name": display_names(session, {row.actor})[row.actor],
        "columns": [
            _column(heading, row.mapping.get(heading, ""), samples[heading]) for heading in row.headings
        ],
        "missing": [name for name in REQUIRED if name not in row.mapping.values()],
        "separator": row.separator,
        "first_sentence": row.first_sentence,
        "counts": {
            state: counts.get(state, 0) for state in ("new", "changed", "unchanged", "faulty", "skipped")
        },
        "result": row.result or None,
    }


def _column(heading: str, name: str, samples: Sequence[Any]) -> View:
    return {"heading": heading, "field": name, "samples": [str(one)[:_SAMPLE_LENGTH] for one in samples]}


def row_view(staged: StagedRow, stored: Mapping[str, Any]) -> View:
    """Return a row with all that people need to judge and mend it."""
    told = {name: stored[name] for name in ("state", "values", "filled", "diff")}
    for kind in ("faults", "warnings"):
        told[kind] = [{**one, "text": text_of_fault(one)} for one in stored[kind]]
    entry_id = stored["entry"]["id"] if stored["entry"] else None
    own = {"number": staged.number, "line": staged.line, "entry_id": entry_id, "mended": list(staged.mended)}
    return {**own, **told}


def bad_rows_file(desk: Desk, import_id: str) -> bytes:
    """Return the bad rows of an upload as a workbook.

    Raises:
        NotFoundError: There is no such upload.
        InvalidInputError: It has no bad row.
    """
    from knowledge_base.editing.sheets.writing import rows_to_mend  # loads openpyxl

    with desk.reading() as session:
        staging.find_import(session, import_id)
        rows = staging.page_of_rows(session, import_id, ["faulty"], 0, MOST_ROWS)
    if not rows:
        raise InvalidInputError("The upload has no bad row.")
    return rows_to_mend((staged.line, stored["values"], _faults_text(stored)) for staged, stored in rows)


def _faults_text(stored: Mapping[str, Any]) -> str:
    return "\n".join(
        f"{LABELS.get(one['field'], '')} {one['message'] or one['code']}" for one in stored["faults"]
    )


FIELDS = [
    {"field": name, "label": label, "required": name in REQUIRED, "list": name in LISTS}
    for name, label in LABELS.items()
]
"""The fields that a column may fill, for people to choose from."""
