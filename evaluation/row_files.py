"""Writes labelled rows as JSONL, CSV or XLSX, so that ``evaluation.case_files`` reads them back."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from evaluation.types import Case
from knowledge_base.editing.entry_rows import is_writable
from knowledge_base.errors import InvalidInputError

Row = Mapping[str, object]
_LEADING = ("id", "text", "intent", "action", "queue", "entry_ids")


def row_of(case: Case) -> dict[str, object]:
    """Return a case as the row it came from; what was left out there is left out here."""
    row: dict[str, object] = {
        "id": case.id,
        "text": case.text,
        "intent": case.intent,
        "intents": list(case.intents),
        "action": case.action,
        "alt_action": list(case.alt_action),
        "queue": case.queue,
        "entry_ids": None if case.entry_ids is None else list(case.entry_ids),
        "score_intent": None if case.score_intent else False,
        "history": list(case.history),
        "channel": case.channel,
        "product": case.product,
        "segment": case.segment,
        "tags": list(case.tags),
        "source": case.source,
        "conversation_id": case.conversation_id,
        "weight": None if case.weight == 1.0 else case.weight,
    }
    told = {name: value for name, value in row.items() if name == "entry_ids" or value not in ("", [])}
    return {**case.extra, **{name: value for name, value in told.items() if value is not None}}


def write_rows(path: Path, rows: Sequence[Row]) -> None:
    """Write rows by the suffix of ``path``; the file appears whole or not at all.

    Raises:
        InvalidInputError: The suffix is of no kind of table, or the file cannot be written there.
    """
    writers: dict[str, Callable[[Sequence[Row]], bytes]]
    writers = {".jsonl": _as_jsonl, ".csv": _as_csv, ".xlsx": _as_xlsx}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise InvalidInputError(
            f"rows cannot be written to {str(path)!r}: its suffix {path.suffix!r} is none of "
            f"{', '.join(writers)}; choose another name"
        )
    _write_whole(path, writer(rows))


def rows_as(suffix: str, rows: Sequence[Row]) -> bytes:
    """Return rows as the bytes of a file: ``.jsonl``, ``.csv`` or ``.xlsx``."""
    return {".jsonl": _as_jsonl, ".csv": _as_csv, ".xlsx": _as_xlsx}[suffix](rows)


def _write_whole(path: Path, content: bytes) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            unfinished.chmod(0o644)  # mkstemp makes it private; rows are for colleagues too
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInputError(
            f"{str(path)!r} cannot be written ({error.strerror}); "
            "check that the folder is there and yours to write"
        ) from error


def _as_jsonl(rows: Sequence[Row]) -> bytes:
    return "".join(json.dumps(dict(row), ensure_ascii=False) + "\n" for row in rows).encode()


def _columns(rows: Sequence[Row]) -> list[str]:
    used = dict.fromkeys(name for row in rows for name in row)
    return [*(name for name in _LEADING if name in used), *(name for name in used if name not in _LEADING)]


def _as_csv(rows: Sequence[Row]) -> bytes:
    text, columns = io.StringIO(newline=""), _columns(rows)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")  # Excel takes a CSV without the mark for another encoding


def _as_xlsx(rows: Sequence[Row]) -> bytes:
    import openpyxl  # only who asks for a workbook waits for it
    from openpyxl.cell import WriteOnlyCell

    book, columns = openpyxl.Workbook(write_only=True), _columns(rows)
    sheet = book.create_sheet("rows")
    for values in (columns, *([_cell(row.get(name)) for name in columns] for row in rows)):
        cells = [WriteOnlyCell(sheet, value=_storable(value)) for value in values]
        for cell in cells:
            cell.data_type = "s"  # a question that begins with = is a text and no formula
        sheet.append(cells)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _storable(text: str) -> str:
    """Return what a workbook can hold: it breaks on control characters, which nobody reads anyway."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return text if is_writable(text) else ILLEGAL_CHARACTERS_RE.sub("", text)


def _cell(value: object) -> str:
    """Return a value as ``evaluation.case_files`` reads it from a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "|".join(map(str, value)) or "[]"
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
