"""Reads the raw rows of an evaluation file: JSONL, CSV or XLSX, each row with its line.

A CSV may be UTF-8 or GB18030, as Excel in China saves it, and headings may be Chinese. A table's list
fields are separated by ``|``. A blank cell leaves the field out; a cell
of only ``|`` (or ``[]``) is an empty list.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from evaluation.case_columns import field_named
from evaluation.case_encodings import UTF8, encoding_of
from knowledge_base.errors import InvalidInputError

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

LIST_FIELDS = frozenset({"intents", "alt_action", "entry_ids", "history", "tags"})
REQUIRED_COLUMNS = ("text", "action")
_DELIMITERS = ",;\t"
"""Between the cells of a CSV: what stands most often in its first line; Excel takes the system's."""

_FLAGS = dict.fromkeys(("true", "1", "yes", "是"), True) | dict.fromkeys(("false", "0", "no", "否"), False)


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


def read_rows(path: Path, required: Sequence[str] = REQUIRED_COLUMNS) -> Iterator[RawRow]:
    """Yield the rows of ``path`` by its suffix as they are read; blank ones are left out.

    Args:
        path: The file.
        required: Columns that a table's header must have.

    Raises:
        InvalidInputError: The file is missing, unreadable, of another kind, or its
            header lacks a column.
    """
    readers: dict[str, Callable[[Path, Sequence[str]], Iterator[RawRow]]]
    readers = {".jsonl": _read_jsonl, ".csv": _read_csv, ".xlsx": _read_xlsx}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InvalidInputError(
            f"{str(path)!r} is of no kind that can be evaluated (suffix {path.suffix!r}); "
            f"save the rows as {', '.join(readers)} and check the name"
        )
    return reader(path, required)


@contextmanager
def _opened_bytes(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise InvalidInputError(
            f"{str(path)!r} cannot be read ({error.strerror}); check that the file is there and yours to read"
        ) from error


@contextmanager
def _opened(path: Path, newline: str | None, encoding: str = UTF8) -> Iterator[TextIO]:
    """Open a text without its byte order mark; bytes that cannot be read become lone surrogates."""
    with _opened_bytes(path) as file:
        yield io.TextIOWrapper(file, encoding, "surrogateescape", newline)


def _utf8_fault(line: str) -> str:
    """Say where ``line`` was not UTF-8, or nothing; bytes are counted from 1."""
    if line.isascii():
        return ""
    data = line.encode("utf-8", "surrogateescape")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        return f"byte {error.start + 1} (0x{byte:02x}) is not UTF-8; save the file as UTF-8"
    return ""


def _read_jsonl(path: Path, _required: Sequence[str]) -> Iterator[RawRow]:
    with _opened(path, None) as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _json_row(number, line.rstrip("\n"))


def _json_row(number: int, line: str) -> RawRow:
    if fault := _utf8_fault(line):
        return RawRow(number, {}, fault)
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        return RawRow(number, {}, f"broken JSON at column {error.colno}: {error.msg}")
    except (ValueError, RecursionError) as error:  # a number too long or lists too deep to read
        return RawRow(number, {}, f"unreadable JSON: {error}")
    if not isinstance(value, dict):
        return RawRow(number, {}, f"a row must be an object in braces, not {line[:40]!r}")
    return RawRow(number, value)


def _read_csv(path: Path, required: Sequence[str]) -> Iterator[RawRow]:
    with _opened_bytes(path) as lines:
        encoding = encoding_of(lines, str(path))
    with _opened(path, "", encoding) as text:
        delimiter = max(_DELIMITERS, key=text.readline().count)
        text.seek(0)
        yield from _table_rows(_csv_cells(text, delimiter), path, required)


def _csv_cells(text: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield line, cells and fault of each record; a record may span lines within quotes."""
    bad: dict[int, str] = {}
    reader = csv.reader(_noting(text, bad), strict=True, delimiter=delimiter)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield first, [], f"broken CSV ({error}); check its quotes. The rows below were not read"
            return
        at = min(bad, default=0)
        yield at or first, cells, bad.get(at, "")
        bad.clear()


def _noting(lines: Iterable[str], bad: dict[int, str]) -> Iterator[str]:
    """Yield the lines, noting in ``bad`` those that are not UTF-8."""
    for number, line in enumerate(lines, 1):
        if fault := _utf8_fault(line):
            bad[number] = fault
        yield line


def _read_xlsx(path: Path, required: Sequence[str]) -> Iterator[RawRow]:
    """Read the first sheet."""
    records = ((n, [_cell_text(value) for value in row], "") for n, row in enumerate(_sheet_rows(path), 1))
    return _table_rows(records, path, required)


def _sheet_rows(path: Path) -> Iterator[tuple[object, ...]]:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    with _workbook(path) as book:
        first = book.worksheets[0]
        if isinstance(first, ReadOnlyWorksheet):
            first.reset_dimensions()  # some programs write a wrong size, which would cut rows off
        yield from first.iter_rows(values_only=True)


@contextmanager
def _workbook(path: Path) -> Iterator[Workbook]:
    import openpyxl  # only who reads a workbook waits for it

    with _opened_bytes(path) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drawings and styles, none of which count
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            yield book
            book.close()
        except Exception as error:  # a damaged workbook makes openpyxl raise nearly anything
            cause = " ".join(str(error).split())  # in one line
            raise InvalidInputError(
                f"{str(path)!r} is not a readable XLSX workbook ({cause}); open it in Excel and save it again"
            ) from error


def _cell_text(value: object) -> str:
    """Return a sheet's value as a CSV would hold it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table_rows(
    records: Iterable[tuple[int, list[str], str]], path: Path, required: Sequence[str]
) -> Iterator[RawRow]:
    header: list[str] | None = None
    for line, cells, fault in records:
        blank = not any(cell.strip() for cell in cells)
        if blank and not fault:
            continue
        if header is None:
            header = _checked_header(cells, fault, path, required)
        elif fault or any(cell.strip() for cell in cells[len(header) :]):
            yield RawRow(line, {}, fault or f"{len(cells)} cells but only {len(header)} columns")
        else:
            yield RawRow(line, _fields(header, cells))


def _checked_header(cells: Sequence[str], fault: str, path: Path, required: Sequence[str]) -> list[str]:
    header = [field_named(cell.strip()) for cell in cells]
    while header and not header[-1]:
        header.pop()
    missing = [name for name in required if name not in header]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if fault or missing or twice:
        cause = fault or (
            f"columns {missing!r} are missing, cells parted by commas"
            if missing
            else f"columns {twice!r} stand twice"
        )
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
