"""Reads an uploaded file of rows, whatever program wrote it, within bounds."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import yaml

from knowledge_base.editing.formats import decode_utf8, read_yaml_rows, split_lines
from knowledge_base.editing.guarded_cells import unguarded
from knowledge_base.editing.sheets.columns import field_of
from knowledge_base.errors import InvalidInputError

MOST_ROWS = 10_000
MOST_COLUMNS = 60
LONGEST_CELL = 32_767
"""What a workbook's cell holds; longer ones are refused in every format."""

MOST_CHARACTERS = 20_000_000
"""Of all cells together: a small file may unfold into much."""

_UNPACKED = 150 * 2**20
"""Bytes that a workbook may have unpacked: a bomb has more, ten thousand entries far less."""

_TITLE_ROWS = 10
_DELIMITERS = ",;\t"


class UnreadableSheetError(InvalidInputError):
    """An uploaded file is none that can be read, or is too large."""

    code = "unreadable_file"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a file.

    Attributes:
        line: Its line or row in the file, from 1, as people count.
        cells: What stands under each heading; empty cells are left out.
        problem: Why it is no row at all; empty where it is one.
    """

    line: int
    cells: dict[str, Any]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows of a file, with its headings in their order."""

    headings: tuple[str, ...]
    rows: tuple[SheetRow, ...]


def read_sheet(content: bytes, name: str) -> Sheet:
    """Read an uploaded file by its suffix: XLSX, CSV, JSONL or YAML.

    Args:
        content: The file's bytes.
        name: Its name, for the suffix and for messages.

    Raises:
        UnreadableSheetError: It is none of these, is broken, or is too large.
        ContentError: Its YAML is broken; the message names the place.
    """
    reader = _READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        known = ", ".join(_READERS)
        raise UnreadableSheetError(f"{name[:80]!r} has no known suffix; a file to import is {known}.")
    rows = tuple(_bounded(reader(content, name), name))
    headings = tuple(dict.fromkeys(heading for row in rows for heading in row.cells))
    if not headings:
        raise UnreadableSheetError(f"{name[:80]!r} has no rows. The first row holds headings, rows follow.")
    if len(headings) > MOST_COLUMNS:
        raise UnreadableSheetError(f"{name[:80]!r} has {len(headings)} columns, more than {MOST_COLUMNS}.")
    return Sheet(headings, rows)


def _bounded(rows: Iterator[SheetRow], name: str) -> Iterator[SheetRow]:
    characters = 0
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise UnreadableSheetError(
                f"{name[:80]!r} has more than {MOST_ROWS} rows. Cut it into several files."
            )
        cells = {key.strip(): _plain(value) for key, value in row.cells.items() if key.strip()}
        cells = {key: value for key, value in cells.items() if value not in (None, "", [], {})}
        characters += sum(_size(value, row.line) for value in cells.values())
        if characters > MOST_CHARACTERS:
            raise UnreadableSheetError(
                f"{name[:80]!r} unfolds into too much text. Cut it into several files."
            )
        yield SheetRow(row.line, cells, row.problem)


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return value if value is None else str(value)


def _size(value: Any, line: int) -> int:
    size = len(value) if isinstance(value, str) else len(repr(value))
    if size > LONGEST_CELL:
        raise UnreadableSheetError(
            f"Row {line}: a cell has {size} characters, more than {LONGEST_CELL}. Shorten it."
        )
    return size


# ---- CSV ----


def _read_csv(content: bytes, name: str) -> Iterator[SheetRow]:
    text = _decoded(content, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    before = 0
    try:
        lines = []
        for cells in reader:
            lines.append((before + 1, [unguarded(cell) for cell in cells]))
            before = reader.line_num
            if len(lines) > MOST_ROWS + _TITLE_ROWS:
                break
    except csv.Error as error:
        raise UnreadableSheetError(
            f"{name[:80]!r}, line {reader.line_num}: broken CSV ({error}). Check the quotes."
        ) from None
    yield from _under_headings(lines)


def _decoded(content: bytes, name: str) -> str:
    """Decode as the mark says, else as UTF-8, else as the Chinese code of spreadsheet programs."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableSheetError(
        f"{name[:80]!r} is neither UTF-8 nor GB18030 text; save it as CSV (UTF-8) or as XLSX."
    )


def _delimiter(text: str) -> str:
    """Return what parts the cells: the mark that the first lines have most often outside of quotes."""
    head = "\n".join(text.splitlines()[:_TITLE_ROWS])
    outside = "".join(head.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _under_headings(lines: Sequence[tuple[int, Sequence[Any]]]) -> Iterator[SheetRow]:
    """Find the row of headings, below a title or not, and give each cell its heading."""
    filled = [(line, cells) for line, cells in lines if any(cell not in (None, "") for cell in cells)]
    if not filled:
        return
    known = [sum(bool(field_of(str(c or ""))) for c in cells) for _, cells in filled[:_TITLE_ROWS]]
    first = known.index(max(known)) if max(known) else 0
    headings = _named(filled[first][1])
    for line, cells in filled[first + 1 :]:
        yield SheetRow(line, dict(zip(headings, cells, strict=False)))


def _named(cells: Sequence[Any]) -> list[str]:
    """Return a heading for each column; equal ones are told apart, nameless ones stay empty."""
    names: list[str] = []
    for cell in cells:
        name = str(cell or "").strip()[:60]
        again = sum(one == name or one.startswith(f"{name} (") for one in names)
        names.append(f"{name} ({again + 1})" if name and again else name)
    return names


# ---- XLSX ----


def _read_xlsx(content: bytes, name: str) -> Iterator[SheetRow]:
    import openpyxl  # only who uploads a workbook waits for it

    _require_small(content, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), book.worksheets[0])
        lines: list[tuple[int, Sequence[Any]]] = []
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1), start=1):
            if number > 20 * MOST_ROWS:  # rows that were formatted and never filled
                break
            if any(cell not in (None, "") for cell in cells):
                lines.append((number, cells))
            if len(lines) > MOST_ROWS + _TITLE_ROWS:
                break
    except Exception as error:  # openpyxl raises many kinds for a file that is not a workbook
        raise UnreadableSheetError(
            f"{name[:80]!r} is no readable XLSX workbook ({type(error).__name__}). "
            "It may be locked by a password or in the old .xls format: save it as .xlsx."
        ) from None
    yield from _under_headings(lines)


def _require_small(content: bytes, name: str) -> None:
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise UnreadableSheetError(
            f"{name[:80]!r} is no XLSX workbook. An old .xls file has to be saved as .xlsx."
        ) from None
    if sum(part.file_size for part in parts) > _UNPACKED or len(parts) > 1000:
        raise UnreadableSheetError(
            f"{name[:80]!r} unpacks to more than {_UNPACKED // 2**20} MB. Take out pictures and other sheets."
        )


# ---- JSONL, YAML ----


def _read_jsonl(content: bytes, name: str) -> Iterator[SheetRow]:
    for line, text in enumerate(split_lines(decode_utf8(content, name)), start=1):
        if text.strip():
            yield _json_row(line, text)


def _json_row(line: int, text: str) -> SheetRow:
    try:
        return _row(line, json.loads(text))
    except json.JSONDecodeError as error:
        return SheetRow(line, {}, f"not JSON ({error.msg})")
    except RecursionError:
        return SheetRow(line, {}, "too many brackets")


def _read_yaml(content: bytes, name: str) -> Iterator[SheetRow]:
    _require_no_alias(content, name)
    for line, raw in read_yaml_rows(content, name):
        yield _row(line, raw)


def _row(line: int, raw: Any) -> SheetRow:
    if isinstance(raw, dict):
        return SheetRow(line, {str(key): value for key, value in raw.items()})
    return SheetRow(line, {}, f"a row is a mapping, this is {type(raw).__name__}")


def _require_no_alias(content: bytes, name: str) -> None:
    """Refuse aliases: nine lines of them can mean a billion values."""
    if b"*" not in content:
        return
    try:
        found = any(
            isinstance(token, yaml.AliasToken) for token in yaml.scan(content, Loader=yaml.CSafeLoader)
        )
    except (yaml.YAMLError, ValueError):
        return  # reading tells what is broken, and where
    if found:
        raise UnreadableSheetError(f"{name[:80]!r} has YAML aliases (*name). Write the values out.")


_READERS: dict[str, Callable[[bytes, str], Iterator[SheetRow]]] = {
    ".xlsx": _read_xlsx,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".txt": _read_csv,
    ".jsonl": _read_jsonl,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
}
