"""Looks through labelled files: questions that stand twice, nearly twice, or with two labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from evaluation.overlap import THRESHOLD, letters_only, near_duplicates
from evaluation.types import Case


@dataclass(frozen=True, slots=True)
class Row:
    """A labelled row with the file it stands in."""

    file: str
    case: Case

    def __str__(self) -> str:
        """Return file, id and question in a few words."""
        return f"{self.file} {self.case.id} {self.case.text[:50]!r}"

    @property
    def asked(self) -> tuple[str, ...]:
        """Return what two equal questions have in common, normalised, with the messages before."""
        return tuple(letters_only(text) for text in (*self.case.history, self.case.text))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two rows that ask nearly the same.

    Attributes:
        similarity: Jaccard index of their character bigrams, 0..1.
    """

    first: Row
    second: Row
    similarity: float


@dataclass(frozen=True, slots=True)
class DataCheck:
    """What was found in some files.

    Attributes:
        rows: How many were looked through.
        duplicates: Groups of rows of one file that ask the same.
        near: Pairs of rows of one file that ask nearly the same.
        shared: Pairs of rows of different files that ask the same or nearly so.
        conflicts: Pairs of rows that ask the same and have no label in common, and in what.
    """

    rows: int
    duplicates: tuple[tuple[Row, ...], ...]
    near: tuple[Pair, ...]
    shared: tuple[Pair, ...]
    conflicts: tuple[tuple[Row, Row, str], ...]


def check_data(files: Mapping[str, Sequence[Case]], threshold: float = THRESHOLD) -> DataCheck:
    """Look through labelled files.

    Args:
        files: Rows by the name of their file.
        threshold: Similarity from which two questions are nearly the same, above 0, at most 1.

    Raises:
        ValueError: The threshold is out of range.
    """
    rows = [Row(name, case) for name, cases in files.items() for case in cases]
    groups: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.asked].append(row)
    pairs = tuple(_pairs(groups, threshold))
    return DataCheck(
        rows=len(rows),
        duplicates=tuple(_duplicates(groups, files)),
        near=tuple(pair for pair in pairs if pair.first.file == pair.second.file),
        shared=tuple(_shared(groups, pairs)),
        conflicts=tuple(_conflicts(groups)),
    )


Groups = Mapping[tuple[str, ...], Sequence[Row]]


def _duplicates(groups: Groups, files: Mapping[str, Sequence[Case]]) -> Iterator[tuple[Row, ...]]:
    for name in files:
        for group in groups.values():
            same = tuple(row for row in group if row.file == name)
            if len(same) > 1:
                yield same


def _pairs(groups: Groups, threshold: float) -> Iterator[Pair]:
    """Yield pairs that are not equal, one row standing for all that are equal to it in its file."""
    firsts = [row for group in groups.values() for row in _first_of_each_file(group)]
    by_number = {str(number): row for number, row in enumerate(firsts)}
    found = near_duplicates(
        {number: [row.case.text] for number, row in by_number.items()}, threshold=threshold
    )
    for one in found:
        first, second = by_number[one.first_set], by_number[one.second_set]
        if first.asked != second.asked and not (first.case.history or second.case.history):
            yield Pair(first, second, one.similarity)


def _first_of_each_file(group: Sequence[Row]) -> list[Row]:
    found: dict[str, Row] = {}
    for row in group:
        found.setdefault(row.file, row)
    return list(found.values())


def _shared(groups: Groups, pairs: Sequence[Pair]) -> Iterator[Pair]:
    for group in groups.values():
        yield from (Pair(one, other, 1.0) for one, other in combinations(_first_of_each_file(group), 2))
    yield from (pair for pair in pairs if pair.first.file != pair.second.file)


def _conflicts(groups: Groups) -> Iterator[tuple[Row, Row, str]]:
    for group in groups.values():
        for one, other in combinations(group, 2):
            if where := conflict_between(one.case, other.case):
                yield one, other, where


def conflict_between(one: Case, other: Case) -> str:
    """Say in what two labels of one question have nothing in common; empty where they agree."""
    if not one.allowed_actions & other.allowed_actions:
        return "action"
    if one.intents and other.intents and not set(one.intents) & set(other.intents):
        return "intent"
    answers = "answer" in one.allowed_actions & other.allowed_actions
    if answers and one.entry_ids and other.entry_ids and not set(one.entry_ids) & set(other.entry_ids):
        return "entry_ids"
    if (
        one.must("handoff")
        and other.must("handoff")
        and one.queue
        and other.queue
        and one.queue != other.queue
    ):
        return "queue"
    return ""
