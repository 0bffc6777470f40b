"""Reads and writes files of entries: YAML, JSONL, CSV and XLSX, by suffix."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from knowledge_base.editing.entry_rows import EntryRow, entry_to_dict, fault_of, is_writable, list_to_cell
from knowledge_base.editing.guarded_cells import guarded, unguarded
from knowledge_base.errors import ContentError
from knowledge_base.types import Entry

# libyaml's safe loader is ten times faster; where it was not built in, Python's serves.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class _BadLine:
    """A line that is no row at all; it is listed with the other faults."""

    problem: str


_LONGEST_CELL = 32767

Located = tuple[str, Any]
"""A place in a file (``entry 3``, ``line 12``) and the raw row found there."""


@dataclass(frozen=True, slots=True)
class LocatedEntry:
    """An entry with the place in its file, for messages."""

    place: str
    entry: Entry


class UnreadableRowsError(ContentError):
    """Some rows of a file are no entries.

    Attributes:
        readable: The others, so that all faults of a file can be told at once.
    """

    def __init__(self, message: str, detail: tuple[str, ...], readable: tuple[LocatedEntry, ...]) -> None:
        super().__init__(message, detail)
        self.readable = readable


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Read a file of entries, or a folder of YAML files; see ``read_located``."""
    return tuple(located.entry for located in read_located(path))


def read_located(path: Path) -> tuple[LocatedEntry, ...]:
    """Read a file of entries, or a folder of YAML files, each entry with its place.

    Raises:
        ContentError: The file cannot be read, or rows are bad; ``detail`` lists
            every bad row with its place, and nothing is returned.
    """
    if path.is_dir():
        return _read_folder(path)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(_READERS))
        raise ContentError(f"File {path.name!r} has no known suffix; entries are read from {known}.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ContentError(f"File {str(path)!r} cannot be read ({error.strerror}). Check the path.") from None
    return _parse_rows(reader(content, path.name), path.name)


def _read_folder(folder: Path) -> tuple[LocatedEntry, ...]:
    """Read all YAML files of a folder; an id stands in one of them only."""
    owners: dict[str, str] = {}
    found: list[LocatedEntry] = []
    for file in sorted(folder.glob("*.yaml")):
        for located in read_located(file):
            entry_id = located.entry.id
            owner = owners.setdefault(entry_id, file.name)
            if owner != file.name:
                raise ContentError(f"{file.name}: id {entry_id!r} was used before, in {owner}. Rename one.")
            found.append(LocatedEntry(f"{file.name}, {located.place}", located.entry))
    if not found:
        raise ContentError(f"Folder {str(folder)!r} has no entries (*.yaml). Check the path.")
    return tuple(found)


def _parse_rows(rows: Iterator[Located], name: str) -> tuple[LocatedEntry, ...]:
    found: list[LocatedEntry] = []
    faults: list[str] = []
    seen: dict[str, str] = {}
    for position, (place, raw) in enumerate(rows, start=1):
        if isinstance(raw, _BadLine):
            faults.append(f"{place}: {raw.problem}")
            continue
        try:
            entry = EntryRow.model_validate(raw).to_entry(position)
        except ValidationError as error:
            faults += [f"{place}: {fault_of(e)}" for e in error.errors()]
            continue
        if entry.id in seen:
            faults.append(f"{place}: id {entry.id!r} was used before, at {seen[entry.id]}")
        seen[entry.id] = place
        found.append(LocatedEntry(place, entry))
    if faults:
        message = f"{name}: {len(faults)} faults, nothing was read; first: {faults[0]}"
        raise UnreadableRowsError(message, tuple(faults), tuple(found))
    return tuple(found)


def decode_utf8(content: bytes, name: str) -> str:
    """Decode a file's bytes, naming the place of the first bad one.

    Raises:
        ContentError: The bytes are not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ContentError(
            f"{name}: byte {error.start} in line {line} is not UTF-8; "
            "probably the file was saved as GBK. Save it as UTF-8."
        ) from None


def _read_yaml(content: bytes, name: str) -> Iterator[Located]:
    yield from ((f"line {line} ({_id_of(row)})", row) for line, row in read_yaml_rows(content, name))


def read_yaml_rows(content: bytes, name: str) -> Iterator[tuple[int, Any]]:
    """Yield the items of a YAML list, each with its line.

    Raises:
        ContentError: It is no YAML, or no list.
    """
    loader: Any = _Loader(decode_utf8(content, name))
    try:
        document = loader.get_single_node()
        rows = loader.construct_document(document) if document else None
        lines = [node.start_mark.line + 1 for node in document.value] if isinstance(rows, list) else []
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else "unknown place"
        problem = getattr(error, "problem", None) or "not YAML"
        raise ContentError(
            f"{name}, {place}: broken YAML ({problem}). Check indentation and quotes."
        ) from None
    except (ValueError, RecursionError) as error:  # a date such as 2026-13-45, or thousands of brackets
        raise ContentError(f"{name}: a value cannot be read ({error}). Check dates and brackets.") from None
    finally:
        loader.dispose()
    if not isinstance(rows, list):
        raise ContentError(f"{name}: expected a list of entries, found {type(rows).__name__}.")
    yield from zip(lines, rows, strict=True)


def _id_of(row: Any) -> str:
    return str(row.get("id", "without id")) if isinstance(row, dict) else type(row).__name__


def _read_jsonl(content: bytes, name: str) -> Iterator[Located]:
    for number, line in enumerate(split_lines(decode_utf8(content, name)), start=1):
        if line.strip():
            yield f"line {number}", _parse_json(line)


def split_lines(text: str) -> list[str]:
    """Split at line ends only; ``str.splitlines`` also splits at U+2028 and others that JSON allows."""
    return text.removesuffix("\n").split("\n")


def _parse_json(line: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        return _BadLine(f"not JSON ({error.msg})")
    except RecursionError:
        return _BadLine("not a row (too many brackets)")


def _read_csv(content: bytes, name: str) -> Iterator[Located]:
    reader = csv.DictReader(io.StringIO(decode_utf8(content, name)), restkey="cells without a header")
    line = 2
    try:
        for row in reader:
            filled = {k: v for k, v in row.items() if v not in (None, "")}
            yield f"line {line}", {k: unguarded(v) if isinstance(v, str) else v for k, v in filled.items()}
            line = reader.line_num + 1
    except csv.Error as error:
        raise ContentError(f"{name}, line {reader.line_num}: broken CSV ({error}). Check quotes.") from None


def _read_xlsx(content: bytes, name: str) -> Iterator[Located]:
    import openpyxl  # only who reads a workbook waits for it

    try:
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
    except Exception as error:  # openpyxl raises many kinds for a file that is not a workbook
        raise ContentError(f"{name}: not a readable XLSX workbook ({error}).") from None
    rows = sheet.iter_rows(values_only=True)
    header = [str(cell or "").strip() for cell in next(rows, ())]
    for number, cells in enumerate(rows, start=2):
        row = {k: v for k, v in zip(header, cells, strict=False) if k and v not in (None, "")}
        if row:
            yield f"row {number}", row


_READERS: dict[str, Callable[[bytes, str], Iterator[Located]]] = {
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".jsonl": _read_jsonl,
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
}


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return list_to_cell(value) if value else ""
    return "" if value is None else value


class _Dumper(yaml.SafeDumper):
    """Quotes texts with unusual line ends twice: read from single quotes, those become blanks."""


def _represent_text(dumper: _Dumper, text: str) -> Any:
    quotes = '"' if any(char in text for char in "\x85\u2028\u2029") else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=quotes)


_Dumper.add_representer(str, _represent_text)


def _write_yaml(rows: list[dict[str, Any]]) -> bytes:
    text: str = yaml.dump(rows, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
    return text.encode()


def _write_jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _write_csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(EntryRow.model_fields), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _csv_cell(value) for key, value in row.items()} for row in rows)
    # The mark makes spreadsheet programs read the file as UTF-8.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_cell(value: Any) -> Any:
    cell = _cell(value)
    return guarded(cell) if isinstance(cell, str) else cell


def _write_xlsx(rows: list[dict[str, Any]]) -> bytes:
    cells = [[_workbook_value(value) for value in row.values()] for row in rows]
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("entries")
    sheet.append(list(EntryRow.model_fields))
    for row in cells:
        sheet.append([_workbook_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _workbook_value(value: Any) -> Any:
    """Return what stands in a cell, or refuse what a workbook would cut or break on."""
    cell = _cell(value)
    if isinstance(cell, str) and (len(cell) > _LONGEST_CELL or not is_writable(cell)):
        raise ContentError(
            f"The text {cell[:20]!r}... has control characters, or more than {_LONGEST_CELL} characters, "
            "which a workbook cannot hold. Export as .jsonl."
        )
    return cell


def _workbook_cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"  # a text that begins with = is no formula,
    cell.quotePrefix = True  # nor when somebody has edited it
    return cell


_WRITERS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    ".yaml": _write_yaml,
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
}


def entries_file(entries: Sequence[Entry], suffix: str) -> bytes:
    """Return a file of entries, in the format of its suffix.

    Raises:
        ContentError: The suffix is unknown, or a text cannot stand in such a file.
    """
    writer = _WRITERS.get(suffix.lower())
    if writer is None:
        raise ContentError(f"Files {suffix!r} are not known; choose {', '.join(sorted(_WRITERS))}.")
    try:
        return writer([entry_to_dict(entry) for entry in entries])
    except UnicodeEncodeError as error:
        raise ContentError(f"A text has half a character ({error.reason}). Remove it.") from None


def write_entries(entries: Sequence[Entry], path: Path) -> None:
    """Write entries to a file, in the format of its suffix; all or nothing.

    Raises:
        ContentError: The suffix is unknown or the file cannot be written.
    """
    content = entries_file(entries, path.suffix)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise ContentError(f"File {str(path)!r} cannot be written ({error.strerror}).") from None
