"""Reads the raw rows of an evaluation file: JSONL, CSV or XLSX, each row with its line.

A table's list fields are separated by ``|``. A blank cell leaves the field out; a cell
of only ``|`` (or ``[]``) is an empty list.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from knowledge_base.errors import InvalidInputError

LIST_FIELDS = frozenset({"intents", "alt_action", "entry_ids", "history", "tags"})
REQUIRED_COLUMNS = ("text", "action")
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as it stands in the file, or why it could not be read.

    Attributes:
        line: Line (or sheet row) it starts on, the first being 1.
        fields: Values by field name, typed as JSON would; empty where ``fault`` is set.
    """

    line: int
    fields: Mapping[str, object]
    fault: str = ""


def read_rows(path: Path) -> list[RawRow]:
    """Read the rows of ``path`` by its suffix; blank ones are left out.

    Raises:
        InvalidInputError: The file is missing, unreadable, of another kind, or its
            header lacks a column.
    """
    readers: dict[str, Callable[[bytes, Path], list[RawRow]]]
    readers = {".jsonl": _read_jsonl, ".csv": _read_csv, ".xlsx": _read_xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InvalidInputError(
            f"{str(path)!r} is of no kind that can be evaluated (suffix {path.suffix!r}); "
            f"save the rows as {', '.join(readers)} and check the name"
        )
    return reader(_bytes_of(path), path)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInputError(
            f"{str(path)!r} cannot be read ({error.strerror}); check that the file is there and yours to read"
        ) from error


def _utf8_fault(line: bytes) -> str:
    """Say where ``line`` stops being UTF-8, or nothing; bytes are counted from 1."""
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = line[error.start]
        return f"byte {error.start + 1} (0x{byte:02x}) is not UTF-8; save the file as UTF-8"
    return ""


def _read_jsonl(data: bytes, path: Path) -> list[RawRow]:
    lines = data.removeprefix(_BOM).splitlines()
    return [_json_row(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _json_row(number: int, line: bytes) -> RawRow:
    if fault := _utf8_fault(line):
        return RawRow(number, {}, fault)
    try:
        value = json.loads(line.decode())
    except json.JSONDecodeError as error:
        return RawRow(number, {}, f"broken JSON at column {error.colno}: {error.msg}")
    except (ValueError, RecursionError) as error:  # a number too long or lists too deep to read
        return RawRow(number, {}, f"unreadable JSON: {error}")
    if not isinstance(value, dict):
        return RawRow(number, {}, f"a row must be an object in braces, not {line.decode()[:40]!r}")
    return RawRow(number, value)


def _read_csv(data: bytes, path: Path) -> list[RawRow]:
    data = data.removeprefix(_BOM)
    bad = {n: fault for n, line in enumerate(data.splitlines(), 1) if (fault := _utf8_fault(line))}
    text = io.StringIO(data.decode("utf-8", "replace"), newline="")
    return list(_table_rows(_csv_cells(text, bad), path))


def _csv_cells(text: io.StringIO, bad: Mapping[int, str]) -> Iterator[tuple[int, list[str], str]]:
    """Yield line, cells and fault of each record; a record may span lines within quotes."""
    reader = csv.reader(text, strict=True)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield first, [], f"broken CSV ({error}); check its quotes. The rows below were not read"
            return
        within = (number for number in range(first, reader.line_num + 1) if number in bad)
        at = next(within, 0)
        yield at or first, cells, bad.get(at, "")


def _read_xlsx(data: bytes, path: Path) -> list[RawRow]:
    """Read the first sheet."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of drawings and styles, none of which count
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            first = book.worksheets[0]
            if isinstance(first, ReadOnlyWorksheet):
                first.reset_dimensions()  # some programs write a wrong size, which would cut rows off
            sheet = list(first.iter_rows(values_only=True))
            book.close()
    except Exception as error:  # a damaged workbook makes openpyxl raise nearly anything
        cause = " ".join(str(error).split())  # in one line
        raise InvalidInputError(
            f"{str(path)!r} is not a readable XLSX workbook ({cause}); open it in Excel and save it again"
        ) from error
    cells = ((n, [_cell_text(value) for value in row], "") for n, row in enumerate(sheet, 1))
    return list(_table_rows(cells, path))


def _cell_text(value: object) -> str:
    """Return a sheet's value as a CSV would hold it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table_rows(records: Iterable[tuple[int, list[str], str]], path: Path) -> Iterator[RawRow]:
    header: list[str] | None = None
    for line, cells, fault in records:
        blank = not any(cell.strip() for cell in cells)
        if blank and not fault:
            continue
        if header is None:
            header = _checked_header(cells, fault, path)
        elif fault or any(cell.strip() for cell in cells[len(header) :]):
            yield RawRow(line, {}, fault or f"{len(cells)} cells but only {len(header)} columns")
        else:
            yield RawRow(line, _fields(header, cells))


def _checked_header(cells: Sequence[str], fault: str, path: Path) -> list[str]:
    header = [cell.strip() for cell in cells]
    while header and not header[-1]:
        header.pop()
    missing = [name for name in REQUIRED_COLUMNS if name not in header]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if fault or missing or twice:
        cause = fault or (f"columns {missing!r} are missing" if missing else f"columns {twice!r} stand twice")
        raise InvalidInputError(f"the header of {str(path)!r} cannot be used: {cause}; check its first row")
    return header


def _fields(header: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
    pairs = zip(header, cells, strict=False)  # a short record leaves its last fields out
    return {name: _typed(name, cell) for name, cell in pairs if name and cell.strip()}


def _typed(name: str, cell: str) -> object:
    """Return a cell as JSON would type it; what does not fit stays a text and is reported later."""
    if name == "text":
        return cell
    cell = cell.strip()
    if name in LIST_FIELDS:
        return [] if cell == "[]" else [part.strip() for part in cell.split("|") if part.strip()]
    if name == "score_intent":
        return _FLAGS.get(cell.lower(), cell)
    return _number(cell) if name == "weight" else cell


def _number(cell: str) -> object:
    try:
        return float(cell)
    except ValueError:
        return cell
