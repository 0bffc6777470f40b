"""Wording that an answer must not have, with what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import CONTENT

FILE = "wording.yaml"

_CLAUSE = re.compile(r"[^，,。；;！!？?\n]+")


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1)
    pattern: str = ""
    unless: str = ""
    instead: str = ""
    put: str = ""
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class ForbiddenWording:
    """One kind of wording that must not be used.

    Attributes:
        pattern: Finds it.
        unless: Found in the same clause, it makes the wording lawful (“不得承诺保证收益”).
        instead: What to write, in the editor's language.
        put: Words that may stand in its place as they are; empty where only the editor can say.
    """

    id: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    instead: str
    put: str = ""


@dataclass(frozen=True, slots=True)
class Offence:
    """A wording that was found, where in the text, and what it broke."""

    found: str
    wording: ForbiddenWording
    start: int

    def __str__(self) -> str:
        """Return the offence in one line."""
        return f"forbidden wording {self.found!r} ({self.wording.id}): {self.wording.instead}"


def offences(text: str, wordings: Iterable[ForbiddenWording]) -> Iterator[Offence]:
    """Yield what ``text`` may not say.

    A clause (up to the next comma or full stop) is judged by itself: a “不得” in one
    clause does not excuse the next.
    """
    wordings = tuple(wordings)
    for clause in _CLAUSE.finditer(text):
        for wording in wordings:
            found = wording.pattern.search(clause.group())
            if found and not (wording.unless and wording.unless.search(clause.group())):
                yield Offence(found.group(), wording, clause.start() + found.start())


def read_wordings(overrides: Path | None = None) -> tuple[ForbiddenWording, ...]:
    """Return the shipped list with an installation's own rows over it.

    Args:
        overrides: A folder that may hold a ``wording.yaml``: a row with a new id is
            added, one with a known id replaces it, ``dropped: true`` drops it.

    Raises:
        ContentError: A file cannot be read, or a row is no regular expression.
    """
    return wordings_with(own_wording_rows(overrides) if overrides else [])


def own_wording_rows(overrides: Path) -> list[dict[str, Any]]:
    """Return the rows of an installation's own ``wording.yaml``, if there is one.

    Raises:
        ContentError: The file cannot be read.
    """
    path = overrides / FILE
    rows = _rows(path) if path.is_file() else ()
    return [row.model_dump(exclude_defaults=True) for row in rows]


def shipped_wording_rows() -> list[dict[str, Any]]:
    """Return the rows of the shipped list."""
    return [row.model_dump(exclude_defaults=True) for row in _rows(CONTENT / FILE)]


def wordings_with(own: Sequence[Mapping[str, Any]]) -> tuple[ForbiddenWording, ...]:
    """Return the shipped list with other rows over it, as ``read_wordings`` describes.

    Raises:
        ContentError: A row cannot be used.
    """
    try:
        others = TypeAdapter(list[_Row]).validate_python(list(own))
    except ValidationError as error:
        problem = " ".join(str(error).split())
        raise ContentError(f"Rules of wording are not usable ({problem}).") from None
    rows = {row.id: row for row in (*_rows(CONTENT / FILE), *others)}
    return tuple(_compiled(row) for row in rows.values() if not row.dropped)


def _rows(path: Path) -> Sequence[_Row]:
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return TypeAdapter(list[_Row]).validate_python(data or [])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        problem = " ".join(str(error).split())
        raise ContentError(
            f"List of wordings {str(path)!r} is not usable ({problem}). "
            "A row has id, pattern, instead, and may have unless, put or dropped."
        ) from None


def _compiled(row: _Row) -> ForbiddenWording:
    if not row.pattern or not row.instead:
        raise ContentError(f"Wording {row.id!r} lacks a pattern or what to write instead.")
    try:
        unless = re.compile(row.unless) if row.unless else None
        return ForbiddenWording(row.id, re.compile(row.pattern), unless, row.instead, row.put)
    except re.error as error:
        raise ContentError(f"Wording {row.id!r} is no regular expression ({error}).") from None
