"""Rows of a file of any size: checked once as a whole, then read one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaluation.case_labels import Labels
from evaluation.cases import Conditions, checked_rows, file_hash, require_usable
from evaluation.survey import Survey, SurveyTaker
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError

_CACHE_KIB = 8192


class SeenNames:
    """Remembers names and where each was first seen, on disk once there are many.

    An SQLite database without a name, which SQLite keeps in a temporary file of its own.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        for statement in (
            f"PRAGMA cache_size = -{_CACHE_KIB}",
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE seen (name TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID",
            "BEGIN",
        ):
            self._database.execute(statement)

    def first_line(self, name: str, line: int) -> int:
        """Return the line a name was first seen on, which is ``line`` where it is new."""
        added = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (_storable(name), line))
        if added.rowcount:
            return line
        found = self._database.execute("SELECT line FROM seen WHERE name = ?", (_storable(name),)).fetchone()
        return int(found[0])

    def is_new(self, name: str) -> bool:
        """Remember a name and tell whether it was unknown."""
        return bool(
            self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, 0)", (_storable(name),)).rowcount
        )

    def close(self) -> None:
        """Forget everything."""
        self._database.close()


def _storable(name: str) -> str:
    """Return a name without lone surrogates, which SQLite takes no text with."""
    return name.encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, slots=True)
class CaseSource:
    """The chosen rows of a file that was checked; iterate as often as you like.

    Attributes:
        path: The file.
        labels: The ids its rows use.
        where: The conditions that rows are chosen by.
        survey: The chosen rows in sum.
        data_hash: SHA-256 of the file.
    """

    path: Path
    labels: Labels
    where: tuple[str, ...]
    survey: Survey
    data_hash: str

    def __iter__(self) -> Iterator[Case]:
        """Yield the chosen rows.

        Raises:
            InvalidInputError: The file is not what it was when it was checked.
        """
        conditions, chosen = Conditions(self.where), 0
        for case, fault in checked_rows(self.path, self.labels, lambda _, line: line):
            if case is None or fault:
                raise self._changed()
            if conditions.meets(case):
                chosen += 1
                yield case
        if chosen != self.survey.n or file_hash(self.path) != self.data_hash:
            raise self._changed()

    def _changed(self) -> InvalidInputError:
        return InvalidInputError(
            f"{str(self.path)!r} was changed while it was evaluated; run again when it is complete"
        )


def open_cases(path: Path, labels: Labels, where: Sequence[str] = ()) -> CaseSource:
    """Check every row of a file, without keeping any.

    Args:
        path: JSONL, CSV or XLSX.
        labels: The ids rows may use.
        where: Conditions to choose rows by; see ``choose_cases``.

    Raises:
        InvalidInputError: The file cannot be read, has no row or bad rows (``detail`` lists
            all of them), or no row meets the conditions.
    """
    digest, conditions = file_hash(path), Conditions(where)
    ids, conversations = SeenNames(), SeenNames()
    taker, rows, faults = SurveyTaker(conversations.is_new), 0, []
    try:
        for case, fault in checked_rows(path, labels, ids.first_line):
            rows += 1
            if fault:
                faults.append(fault)
            elif case and not faults and conditions.meets(case):
                taker.add(case)
    finally:
        ids.close()
        conversations.close()
    require_usable(path, rows, faults)
    conditions.require_met()
    return CaseSource(path, labels, tuple(where), taker.survey(), digest)
