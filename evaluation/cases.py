"""Reads a whole evaluation set, and chooses rows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from evaluation.case_files import read_rows
from evaluation.case_labels import Labels
from evaluation.case_rows import case_from_row
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError


def read_cases(path: Path, labels: Labels) -> tuple[Case, ...]:
    """Read every row of a JSONL, CSV or XLSX file, or none.

    Args:
        path: The file; its suffix names its format.
        labels: The ids its rows may use.

    Raises:
        InvalidInputError: The file cannot be read, has no row, or has bad rows;
            ``detail`` then lists each of them with its line.
    """
    seen: dict[str, int] = {}
    found = [*checked_rows(path, labels, seen.setdefault)]
    faults = [fault for _, fault in found if fault]
    require_usable(path, len(found), faults)
    return tuple(case for case, _ in found if case)


def require_usable(path: Path, rows: int, faults: Sequence[str]) -> None:
    """Refuse a file with bad rows, or without any.

    Raises:
        InvalidInputError: ``detail`` lists each bad row with its line.
    """
    if faults:
        raise InvalidInputError(
            f"{len(faults)} of {rows} rows of {str(path)!r} cannot be used, so none was; "
            f"correct them and try again. The first: {faults[0]}",
            tuple(faults),
        )
    if not rows:
        raise InvalidInputError(f"{str(path)!r} has no rows; check that it is the right file")


def checked_rows(
    path: Path, labels: Labels, first_line: Callable[[str, int], int]
) -> Iterator[tuple[Case | None, str]]:
    """Yield the case of each row and what is wrong with it; None where it could not be read.

    Args:
        path: The file.
        labels: The ids a row may use.
        first_line: Takes an id and its line, and returns the line that id was first seen on.

    Raises:
        InvalidInputError: The file cannot be read.
    """
    for row in read_rows(path):
        if row.fault:
            yield None, f"line {row.line}: {row.fault}"
            continue
        case, found = case_from_row(row.fields, row.line, labels)
        first = first_line(case.id, row.line)
        if first != row.line:
            found.append(f"id {case.id!r} was already used on line {first}")
        yield case, f"line {row.line}: {'; '.join(found)}" if found else ""


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal (FIPS 180-4).

    Raises:
        InvalidInputError: The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InvalidInputError(
            f"{str(path)!r} cannot be read ({error.strerror}); check that it is there"
        ) from error


def choose_cases(cases: Sequence[Case], where: Sequence[str]) -> tuple[Case, ...]:
    """Keep the cases that meet every condition of ``where``.

    A condition is ``field=value``. The field is any that rows carry, known to
    evaluation or not; of a list (tags, intents) one item must equal the value.

    Raises:
        InvalidInputError: A condition has no ``=``, names a field that no row
            carries, or no row meets them all.
    """
    conditions = Conditions(where)
    chosen = tuple(case for case in cases if conditions.meets(case))
    conditions.require_met()
    return chosen


class Conditions:
    """Chooses rows as they come by; see ``choose_cases``.

    Raises:
        InvalidInputError: A condition is not of the form field=value.
    """

    def __init__(self, where: Sequence[str]) -> None:
        self.where = tuple(where)
        self._pairs = [_split(condition) for condition in where]
        self._unknown = {name: condition for (name, _), condition in zip(self._pairs, where, strict=True)}
        self._met = False

    def meets(self, case: Case) -> bool:
        """Tell whether a row meets every condition."""
        if self._unknown:
            self._unknown = {n: c for n, c in self._unknown.items() if n not in _fields_of(case)}
        met = all(value in values_of(case, name) for name, value in self._pairs)
        self._met = self._met or met
        return met

    def require_met(self) -> None:
        """Refuse conditions of which no row, of all that came by, has the field or meets all.

        Raises:
            InvalidInputError: Which, and what to check.
        """
        for name, condition in self._unknown.items():
            raise InvalidInputError(
                f"no row has the field {name!r} that {condition!r} asks for; check its name"
            )
        if self.where and not self._met:
            raise InvalidInputError(f"no row meets {' and '.join(self.where)!r}; check the values")


def _split(condition: str) -> tuple[str, str]:
    name, equals, value = condition.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name:
        raise InvalidInputError(f"the condition {condition!r} is not of the form field=value")
    return name, value


def _fields_of(case: Case) -> AbstractSet[str]:
    return {"intent", *Case.__dataclass_fields__, *case.extra} - {"extra"} | case.extra.keys()


def values_of(case: Case, name: str) -> frozenset[str]:
    """Return what a person would write for a field of a row, item by item for lists; empty without it."""
    known = name != "extra" and (name == "intent" or name in Case.__dataclass_fields__)
    return frozenset(_texts(getattr(case, name) if known else case.extra.get(name)))


def _texts(value: object) -> Iterator[str]:
    """Yield what a person would write for a value, item by item for lists."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, float):
        yield f"{value:g}"
    elif value is not None:
        yield str(value)
