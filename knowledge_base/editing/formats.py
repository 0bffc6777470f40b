"""Reads and writes files of entries: YAML, JSONL, CSV and XLSX, by suffix."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import yaml
from openpyxl.utils.exceptions import IllegalCharacterError
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from knowledge_base.errors import ContentError
from knowledge_base.types import Entry, EntryKind, LegalBasis, Source, Status

LIST_SEPARATOR = "|"
"""Between the items of a list in one cell of a CSV or XLSX file."""

UNKNOWN_INTENT = ""
"""Intent of an entry whose file names none; the caller predicts and marks it."""


class _Basis(BaseModel):
    model_config = ConfigDict(extra="forbid")

    law: str = Field(min_length=1)
    version: str = Field(min_length=1)
    article: str = ""
    paragraph: str = ""


class EntryRow(BaseModel):
    """One entry as it stands in a file; only question and answer are required."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, coerce_numbers_to_str=True)

    id: str = ""
    kind: EntryKind = "answer"
    intent: str = UNKNOWN_INTENT
    question: str = Field(min_length=1)
    variants: list[str] = Field(default_factory=list)
    answer: str = Field(min_length=1)
    short_answer: str = ""
    source: Source = "company"
    legal_basis: list[_Basis] = Field(default_factory=list)
    channels: list[str] = Field(default_factory=list)
    products: list[str] = Field(default_factory=list)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    revision: int = Field(default=1, ge=1)
    status: Status = "published"
    related: list[str] = Field(default_factory=list)

    @field_validator("variants", "channels", "products", "related", mode="before")
    @classmethod
    def _split_cell(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [item.strip() for item in value.split(LIST_SEPARATOR) if item.strip()]
        return [] if value is None else value

    @field_validator("legal_basis", mode="before")
    @classmethod
    def _parse_cell(cls, value: Any) -> Any:
        if isinstance(value, str):
            return json.loads(value) if value.strip() else []
        return [] if value is None else value

    @field_validator("valid_from", "valid_to", mode="before")
    @classmethod
    def _empty_cell(cls, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.date()
        return value or None

    def to_entry(self, position: int) -> Entry:
        """Return the entry; a missing id becomes its position in the file."""
        fields = self.model_dump(exclude={"legal_basis"})
        lists = {k: tuple(v) for k, v in fields.items() if isinstance(v, list)}
        basis = tuple(LegalBasis(**b.model_dump()) for b in self.legal_basis)
        fields["id"] = self.id or f"row-{position}"
        return Entry(**{**fields, **lists}, legal_basis=basis)


# libyaml's safe loader is ten times faster; where it was not built in, Python's serves.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class _BadLine:
    """A line that is no row at all; it is listed with the other faults."""

    problem: str


Located = tuple[str, Any]
"""A place in a file (``entry 3``, ``line 12``) and the raw row found there."""


def read_entries(path: Path) -> tuple[Entry, ...]:
    """Read a file of entries, or a folder of YAML files.

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


def _read_folder(folder: Path) -> tuple[Entry, ...]:
    """Read all YAML files of a folder; an id stands in one of them only."""
    owners: dict[str, str] = {}
    entries: list[Entry] = []
    for file in sorted(folder.glob("*.yaml")):
        for entry in read_entries(file):
            owner = owners.setdefault(entry.id, file.name)
            if owner != file.name:
                raise ContentError(f"{file.name}: id {entry.id!r} was used before, in {owner}. Rename one.")
            entries.append(entry)
    if not entries:
        raise ContentError(f"Folder {str(folder)!r} has no entries (*.yaml). Check the path.")
    return tuple(entries)


def _parse_rows(rows: Iterator[Located], name: str) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    faults: list[str] = []
    seen: dict[str, str] = {}
    for position, (place, raw) in enumerate(rows, start=1):
        if isinstance(raw, _BadLine):
            faults.append(f"{place}: {raw.problem}")
            continue
        try:
            entry = EntryRow.model_validate(raw).to_entry(position)
        except ValidationError as error:
            faults += [f"{place}: {_field_of(e)}: {e['msg']}" for e in error.errors()]
            continue
        if entry.id in seen:
            faults.append(f"{place}: id {entry.id!r} was used before, at {seen[entry.id]}")
        seen[entry.id] = place
        entries.append(entry)
    if faults:
        raise ContentError(
            f"{name}: {len(faults)} faults, nothing was read; first: {faults[0]}", tuple(faults)
        )
    return tuple(entries)


def _field_of(error: Any) -> str:
    return ".".join(str(part) for part in error["loc"]) or "row"


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
    try:
        rows = yaml.load(decode_utf8(content, name), Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else "unknown place"
        problem = getattr(error, "problem", None) or "not YAML"
        raise ContentError(
            f"{name}, {place}: broken YAML ({problem}). Check indentation and quotes."
        ) from None
    except (ValueError, RecursionError) as error:  # a date such as 2026-13-45, or thousands of brackets
        raise ContentError(f"{name}: a value cannot be read ({error}). Check dates and brackets.") from None
    if not isinstance(rows, list):
        raise ContentError(f"{name}: expected a list of entries, found {type(rows).__name__}.")
    yield from ((f"entry {n} ({_id_of(row)})", row) for n, row in enumerate(rows, start=1))


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
    try:
        for row in reader:
            yield f"line {reader.line_num}", {k: v for k, v in row.items() if v not in (None, "")}
    except csv.Error as error:
        raise ContentError(f"{name}, line {reader.line_num}: broken CSV ({error}). Check quotes.") from None


def _read_xlsx(content: bytes, name: str) -> Iterator[Located]:
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


def entry_to_dict(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain data that ``read_entries`` reads back unchanged."""
    row: dict[str, Any] = {name: getattr(entry, name) for name in EntryRow.model_fields}
    row["legal_basis"] = [
        {k: getattr(b, k) for k in ("law", "article", "paragraph", "version") if getattr(b, k)}
        for b in entry.legal_basis
    ]
    for name in ("valid_from", "valid_to"):
        row[name] = row[name].isoformat() if row[name] else None
    return {key: list(value) if isinstance(value, tuple) else value for key, value in row.items()}


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        if any(isinstance(item, dict) for item in value):
            return json.dumps(value, ensure_ascii=False)
        return LIST_SEPARATOR.join(value)
    return "" if value is None else value


def _write_yaml(rows: list[dict[str, Any]]) -> bytes:
    return yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=1000).encode()


def _write_jsonl(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _write_csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(EntryRow.model_fields), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    # The mark makes spreadsheet programs read the file as UTF-8.
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _write_xlsx(rows: list[dict[str, Any]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("entries")
    sheet.append(list(EntryRow.model_fields))
    for row in rows:
        sheet.append([_cell(value) for value in row.values()])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_WRITERS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    ".yaml": _write_yaml,
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
}


def write_entries(entries: Sequence[Entry], path: Path) -> None:
    """Write entries to a file, in the format of its suffix; all or nothing.

    Raises:
        ContentError: The suffix is unknown or the file cannot be written.
    """
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise ContentError(f"File {path.name!r} has no known suffix; choose {', '.join(sorted(_WRITERS))}.")
    try:
        content = writer([entry_to_dict(entry) for entry in entries])
    except IllegalCharacterError:
        raise ContentError(
            f"File {path.name!r}: a text has control characters, which XLSX cannot hold. Export as .jsonl."
        ) from None
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise ContentError(f"File {str(path)!r} cannot be written ({error.strerror}).") from None
