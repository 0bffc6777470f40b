"""What a spreadsheet would do: each row with its faults, or as the entry it makes and what that changes."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import ValidationError

from knowledge_base.editing.checks.entry import MAX_SHORT_ANSWER
from knowledge_base.editing.diffs import diff_entries
from knowledge_base.editing.entry_rows import EntryRow, entry_to_dict
from knowledge_base.editing.importing import state_with
from knowledge_base.editing.repository import entry_hash
from knowledge_base.editing.sheets.columns import LABELS, LISTS, REQUIRED
from knowledge_base.editing.sheets.values import (
    AUTOMATIC,
    BadCellError,
    Vocabulary,
    items_of,
    text_of,
    value_of,
)
from knowledge_base.editing.types import DraftState, PublishCheck, PublishFinding
from knowledge_base.search.text import normalize
from knowledge_base.types import Entry

RowState = Literal["new", "changed", "unchanged", "faulty", "skipped"]
PredictIntents = Callable[[Sequence[str]], Sequence[str]]
_SENTENCE = re.compile(r".+?[。！？!?\n]|.+$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class StagedRow:
    """One row of an uploaded file with what was mended in it.

    Attributes:
        number: Its place among the rows, from 1.
        line: Its line in the file.
        cells: What the file says, by heading.
        mended: What somebody wrote instead, by field.
        skipped: It is left out.
        problem: Why it is no row at all.
    """

    number: int
    line: int
    cells: Mapping[str, Any]
    mended: Mapping[str, str] = field(default_factory=dict)
    skipped: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of a file are read.

    Attributes:
        mapping: Field of each heading, empty for columns that are left out.
        separator: What parts the variants in a cell; see ``values.SEPARATORS``.
        first_sentence: A missing short answer is the first sentence of the answer.
    """

    mapping: Mapping[str, str]
    separator: str = AUTOMATIC
    first_sentence: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row.

    Attributes:
        field: The field to mend; empty for the row as a whole.
        code: The kind of fault.
        found: What was found there.
        message: The fault in a sentence.
        instead: What to write instead.
    """

    field: str
    code: str
    found: str = ""
    message: str = ""
    instead: str = ""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What a row would do.

    Attributes:
        entry: The entry that it makes; None where it cannot be read.
        base: The revision that it changes; 0 for a new entry.
        values: All fields as people read them.
        filled: Fields that the file lacks and that were filled in.
        diff: A mapping (field, before, after) a field that it changes.
    """

    state: RowState
    entry: Entry | None
    base: int
    values: Mapping[str, str]
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    filled: tuple[str, ...] = ()
    diff: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Stock:
    """What is there already, and what rows are held against.

    Attributes:
        heads: The newest revision of every entry, whatever its status.
        before: All that is published or drafted.
        checks: What must hold with all rows taken in.
        predict_intents: Names the intents of normalised questions.
    """

    heads: Mapping[str, Entry]
    before: tuple[Entry, ...]
    checks: Sequence[PublishCheck]
    words: Vocabulary
    predict_intents: PredictIntents


@dataclass
class _Row:
    """A row on its way."""

    staged: StagedRow
    texts: dict[str, Any]
    fields: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    filled: list[str] = field(default_factory=list)
    head: Entry | None = None
    entry: Entry | None = None


def evaluate(rows: Sequence[StagedRow], reading: Reading, stock: Stock) -> tuple[RowOutcome, ...]:
    """Return what each row would do, in their order; nothing is changed."""
    found = [_read(row, reading, stock.words) for row in rows]
    active = [row for row in found if not row.staged.skipped]
    _find_heads(active, stock)
    _fill(active, reading, stock)
    for row in active:
        _build(row)
    _refuse_twins(active)
    _check(active, stock)
    return tuple(_outcome(row, stock.words) for row in found)


def _read(row: StagedRow, reading: Reading, words: Vocabulary) -> _Row:
    made = _Row(row, _texts(row, reading))
    if row.problem and not row.mended:
        made.faults.append(Fault("", "row", row.problem))
        return made
    for name, text in made.texts.items():
        if text in ("", []):
            continue
        try:
            separator = reading.separator if name == "variants" else AUTOMATIC
            made.fields[name] = value_of(name, text, words, separator)
        except BadCellError as error:
            made.faults.append(Fault(name, f"bad_{error.code}", error.found, error.message))
    return made


def _texts(row: StagedRow, reading: Reading) -> dict[str, Any]:
    """Return what a row says of each field that the file has; what was mended goes before."""
    texts: dict[str, Any] = {}
    for heading, name in reading.mapping.items():
        cell = row.cells.get(heading, "")
        if not name or cell == "":
            texts.setdefault(name, "")
        elif name in LISTS and texts.get(name):
            texts[name] = [*items_of(texts[name], reading.separator), *items_of(cell, reading.separator)]
        else:
            texts[name] = cell
    texts.pop("", None)
    return {**texts, **row.mended}


def _find_heads(rows: Sequence[_Row], stock: Stock) -> None:
    """Find the entry that each row changes: by its id, else by its very question."""
    by_question = {normalize(entry.question): entry for entry in stock.before if entry.kind == "answer"}
    for row in rows:
        entry_id = row.fields.get("id")
        if entry_id:
            row.head = stock.heads.get(entry_id)
        elif row.fields.get("question"):
            same = by_question.get(normalize(row.fields["question"]))
            row.head = stock.heads.get(same.id) if same else None


def _fill(rows: Sequence[_Row], reading: Reading, stock: Stock) -> None:
    """Fill in what the file lacks and can be known: intents, short answers."""
    nameless = [
        row
        for row in rows
        if not row.head and row.fields.get("question") and not row.faults and not row.fields.get("intent")
    ]
    if nameless:
        texts = [normalize(row.fields["question"]) for row in nameless]
        for row, intent in zip(nameless, stock.predict_intents(texts), strict=True):
            row.fields["intent"] = intent
            row.filled.append("intent")
    for row in rows if reading.first_sentence else ():
        lacks = not row.fields.get("short_answer") and not (row.head and "short_answer" not in row.texts)
        sentence = _first_sentence(str(row.fields.get("answer", "")))
        if lacks and sentence:
            row.fields["short_answer"] = sentence
            row.filled.append("short_answer")


def _first_sentence(answer: str) -> str:
    found = _SENTENCE.match(answer.strip())
    sentence = found.group().strip() if found else ""
    return sentence if len(sentence) <= MAX_SHORT_ANSWER else ""


def _build(row: _Row) -> None:
    """Make the entry: what the file says over what is there, where the row changes an entry."""
    for name in REQUIRED:
        said = name in row.texts or not row.head
        if said and not row.fields.get(name) and not any(fault.field in (name, "") for fault in row.faults):
            row.faults.append(Fault(name, "missing"))
    if row.faults:
        return
    try:
        entry = EntryRow.model_validate(_whole(row)).to_entry(0)
    except ValidationError as error:
        row.faults += [
            Fault(str(e["loc"][0]), "unusable", str(e["input"])[:200], e["msg"]) for e in error.errors()
        ]
        return
    row.entry = entry if row.fields.get("id") or row.head else replace(entry, id=_id_for(entry))
    if row.head and entry.revision not in (0, row.head.revision):
        row.faults.append(Fault("revision", "stale", str(entry.revision), f"now {row.head.revision}"))


def _whole(row: _Row) -> dict[str, Any]:
    """Return the fields of the entry: columns that the file has not stay as they are."""
    kept = entry_to_dict(row.head) if row.head else {}
    said = {name: row.fields.get(name, [] if name in LISTS else None) for name in row.texts}
    said = {name: value for name, value in said.items() if value is not None}
    emptied = [name for name in row.texts if name in ("short_answer", "valid_from", "valid_to")]
    whole = {**kept, "revision": 0, "status": "published", **dict.fromkeys(emptied), **row.fields, **said}
    whole["short_answer"] = whole.get("short_answer") or ""
    return {**whole, "id": row.head.id if row.head else row.fields.get("id", "")}


def _id_for(entry: Entry) -> str:
    return f"{entry.intent}.{hashlib.sha256(normalize(entry.question).encode()).hexdigest()[:8]}"


def _refuse_twins(rows: Sequence[_Row]) -> None:
    counts = Counter(row.entry.id for row in rows if row.entry)
    for row in rows:
        if row.entry and counts[row.entry.id] > 1:
            lines = [one.staged.line for one in rows if one.entry and one.entry.id == row.entry.id]
            others = "、".join(str(line) for line in lines if line != row.staged.line)
            row.faults.append(Fault("id" if row.fields.get("id") else "question", "twice", others))


def _check(rows: Sequence[_Row], stock: Stock) -> None:
    """Hold all rows that can be read against the checks, as if they were published together."""
    by_id = {row.entry.id: row for row in rows if row.entry and not row.faults}
    state = state_with(stock.before, [row.entry for row in by_id.values() if row.entry], stock.words.today)
    for finding in _findings(state, stock.checks):
        row = by_id.get(finding.entry_id)
        if row:
            fault = Fault(finding.field, finding.code, finding.found, finding.message, finding.instead)
            (row.faults if finding.severity == "error" else row.warnings).append(fault)


def _findings(state: DraftState, checks: Sequence[PublishCheck]) -> Sequence[PublishFinding]:
    return [finding for check in checks for finding in check(state)]


def _outcome(row: _Row, words: Vocabulary) -> RowOutcome:
    base = row.head.revision if row.head else 0
    values = _values(row, words)
    state = _state(row)
    diff: tuple[dict[str, Any], ...] = ()
    if row.entry and row.head and state == "changed":
        diff = tuple(_diff(row.head, row.entry, words))
    told = tuple(row.faults), tuple(row.warnings), tuple(row.filled)
    return RowOutcome(state, row.entry, base, values, *told, diff)


def _values(row: _Row, words: Vocabulary) -> dict[str, str]:
    """Return what people see of a row: the entry, or what the file says where it makes none."""
    if row.entry:
        return {name: text_of(name, getattr(row.entry, name), words) for name in LABELS}
    return {name: _said(row.texts.get(name, "")) for name in LABELS}


def _said(cell: Any) -> str:
    return "\n".join(map(str, cell)) if isinstance(cell, list) else str(cell)


def _state(row: _Row) -> RowState:
    if row.staged.skipped:
        return "skipped"
    if row.faults or row.entry is None:
        return "faulty"
    if row.head is None:
        return "new"
    retires = (row.entry.status == "retired") != (row.head.status == "retired")
    return "changed" if retires or entry_hash(row.entry) != entry_hash(row.head) else "unchanged"


def _diff(before: Entry, after: Entry, words: Vocabulary) -> list[dict[str, Any]]:
    names = [one.field for one in diff_entries(before, after)]
    if (before.status == "retired") != (after.status == "retired"):
        names.append("status")
    return [
        {
            "field": name,
            "before": text_of(name, getattr(before, name), words),
            "after": text_of(name, getattr(after, name), words),
        }
        for name in names
    ]
