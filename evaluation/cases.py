"""Reads a whole evaluation set, and chooses rows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from evaluation.case_files import RawRow, read_rows
from evaluation.case_rows import Labels, case_from_row
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError


def read_cases(path: Path, *, intents: Set[str], actions: Set[str], queues: Set[str]) -> tuple[Case, ...]:
    """Read every row of a JSONL, CSV or XLSX file, or none.

    Args:
        path: The file; its suffix names its format.
        intents: Known intent ids.
        actions: Known actions.
        queues: Known queue ids.

    Raises:
        InvalidInputError: The file cannot be read, has no row, or has bad rows;
            ``detail`` then lists each of them with its line.
    """
    rows = read_rows(path)
    labels = Labels(intents, actions, queues)
    cases, faults = _checked(rows, labels)
    if faults:
        raise InvalidInputError(
            f"{len(faults)} of {len(rows)} rows of {str(path)!r} cannot be used, so none was; "
            f"correct them and try again. The first: {faults[0]}",
            tuple(faults),
        )
    if not cases:
        raise InvalidInputError(f"{str(path)!r} has no rows; check that it is the right file")
    return tuple(cases)


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal (FIPS 180-4).

    Raises:
        InvalidInputError: The file cannot be read.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InvalidInputError(
            f"{str(path)!r} cannot be read ({error.strerror}); check that it is there"
        ) from error


def _checked(rows: Sequence[RawRow], labels: Labels) -> tuple[list[Case], list[str]]:
    cases: list[Case] = []
    faults: list[str] = []
    seen: dict[str, int] = {}
    for row in rows:
        if row.fault:
            faults.append(f"line {row.line}: {row.fault}")
            continue
        case, found = case_from_row(row.fields, row.line, labels)
        first = seen.setdefault(case.id, row.line)
        if first != row.line:
            found.append(f"id {case.id!r} was already used on line {first}")
        cases.append(case)
        if found:
            faults.append(f"line {row.line}: {'; '.join(found)}")
    return cases, faults


def choose_cases(cases: Sequence[Case], where: Sequence[str]) -> tuple[Case, ...]:
    """Keep the cases that meet every condition of ``where``.

    A condition is ``field=value``. The field is any that rows carry, known to
    evaluation or not; of a list (tags, intents) one item must equal the value.

    Raises:
        InvalidInputError: A condition has no ``=``, names a field that no row
            carries, or no row meets them all.
    """
    chosen = tuple(cases)
    for condition in where:
        name, equals, value = condition.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name:
            raise InvalidInputError(f"the condition {condition!r} is not of the form field=value")
        if not any(name in _fields_of(case) for case in cases):
            raise InvalidInputError(
                f"no row has the field {name!r} that {condition!r} asks for; check its name"
            )
        chosen = tuple(case for case in chosen if value in _values(case, name))
    if where and not chosen:
        raise InvalidInputError(f"no row meets {' and '.join(where)!r}; check the values")
    return chosen


def _fields_of(case: Case) -> Set[str]:
    return {"intent", *Case.__dataclass_fields__, *case.extra} - {"extra"} | case.extra.keys()


def _values(case: Case, name: str) -> frozenset[str]:
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
