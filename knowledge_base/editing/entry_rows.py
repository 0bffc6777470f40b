"""One entry as a file holds it: what is required, what cells may look like, what is refused."""

from __future__ import annotations

import datetime as dt
import json
import re
from contextlib import suppress
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator

from knowledge_base.errors import ContentError
from knowledge_base.types import Entry, EntryKind, LegalBasis, Source, Status

LIST_SEPARATOR = "|"
"""Between the items of a list in one cell of a CSV or XLSX file."""

UNKNOWN_INTENT = ""
"""Intent of an entry whose file names none; the caller predicts and marks it."""


UNKNOWN_REVISION = 0
"""Revision of an entry whose file names none: it was not made from one."""

# What XML, and so a workbook, cannot hold; databases refuse some of it too.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def is_writable(text: str) -> bool:
    """Tell whether every format and database can hold ``text``."""
    return not _UNWRITABLE.search(text)


def _tidy(text: str) -> str:
    """Let a line end in one way, whatever wrote the file, and refuse control characters."""
    if found := _UNWRITABLE.search(text):
        raise ValueError(f"the control character {found.group()!r} cannot be stored; remove it")
    return text.replace("\r\n", "\n").replace("\r", "\n")


_Text = Annotated[str, AfterValidator(_tidy)]


class _Basis(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    law: _Text = Field(min_length=1)
    version: _Text = Field(min_length=1)
    article: _Text = ""
    paragraph: _Text = ""


class EntryRow(BaseModel):
    """One entry as it stands in a file; only question and answer are required."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, coerce_numbers_to_str=True)

    id: _Text = ""
    kind: EntryKind = "answer"
    intent: _Text = UNKNOWN_INTENT
    question: _Text = Field(min_length=1)
    variants: list[_Text] = Field(default_factory=list)
    answer: _Text = Field(min_length=1)
    short_answer: _Text = ""
    source: Source = "company"
    legal_basis: list[_Basis] = Field(default_factory=list)
    channels: list[_Text] = Field(default_factory=list)
    products: list[_Text] = Field(default_factory=list)
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    revision: int = Field(default=UNKNOWN_REVISION, ge=0)
    status: Status = "published"
    related: list[_Text] = Field(default_factory=list)

    @field_validator("variants", "channels", "products", "related", mode="before")
    @classmethod
    def _split_cell(cls, value: Any) -> Any:
        return cell_to_list(value) if isinstance(value, str) else [] if value is None else value

    @field_validator("variants", "channels", "products", "related")
    @classmethod
    def _drop_empty(cls, items: list[str]) -> list[str]:
        return [item for item in items if item]

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


def list_to_cell(items: list[Any]) -> str:
    """Return a list as one cell: joined, or as JSON where joining would lose something."""
    joined = LIST_SEPARATOR.join(map(str, items))
    plain = all(isinstance(item, str) and LIST_SEPARATOR not in item for item in items)
    return joined if plain and not joined.startswith("[") else json.dumps(items, ensure_ascii=False)


def cell_to_list(cell: str) -> list[Any]:
    """Return the list that a cell holds, as ``list_to_cell`` or a person wrote it."""
    if cell.startswith("["):
        with suppress(ValueError):  # a text that begins with a bracket
            items: list[Any] = json.loads(cell)
            return items
    return cell.split(LIST_SEPARATOR)


def canonical_entry(entry: Entry) -> Entry:
    """Return an entry as every file would give it back: no blanks at the edges, no empty items.

    Raises:
        ContentError: A text is missing or cannot be written.
    """
    try:
        return EntryRow.model_validate(entry_to_dict(entry)).to_entry(0)
    except ValidationError as error:
        faults = tuple(f"{entry.id}: {fault_of(e)}" for e in error.errors())
        raise ContentError(f"Entry {entry.id!r} cannot be stored ({faults[0]}).", faults) from None


def fault_of(error: Any) -> str:
    """Return one of pydantic's errors in words: the field and what is wrong with it."""
    field = ".".join(str(part) for part in error["loc"]) or "row"
    return f"{field}: {error['msg']}"
