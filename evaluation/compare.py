"""Compares finished runs row by row: what differs, by how much, and whether chance explains it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from evaluation.multiple_testing import holm
from evaluation.paired_metrics import Compared, Side, compare_means, compare_metrics, readjusted
from evaluation.pairing import Pairing
from evaluation.runs import RunRow
from evaluation.slices import FIELDS, LEAST_ROWS, slices_of
from evaluation.survey import survey_of
from evaluation.tally import Floats
from evaluation.types import Case

Change = Literal["worse", "better", "neither"]
CHANGES: tuple[Change, ...] = ("worse", "better", "neither")


@dataclass(frozen=True, slots=True)
class ComparedSlice:
    """The rows of one slice; p-values are adjusted over all slices (Holm)."""

    field: str
    value: str
    n: int
    metrics: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One row that two runs decided differently."""

    before: RunRow
    after: RunRow
    change: Change


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs.

    Attributes:
        units: Conversations, and rows that belong to none.
        slice_rows: Rows of every slice, also of those too small to be compared.
        changes: Every row that is decided otherwise, the worse ones first.
    """

    first: str
    second: str
    n: int
    units: int
    metrics: tuple[Compared, ...]
    slices: tuple[ComparedSlice, ...]
    slice_rows: Mapping[tuple[str, str], int]
    changes: tuple[ChangedRow, ...]

    def metric(self, name: str) -> Compared:
        """Return a metric by its name, one of ``COMPARED_NAMES``."""
        return next(metric for metric in self.metrics if metric.name == name)

    def count(self, change: Change) -> int:
        """Return how many rows got better, or worse, or neither."""
        return sum(one.change == change for one in self.changes)


def compare_runs(pairing: Pairing) -> tuple[Comparison, ...]:
    """Compare every further run with the first; of several, p-values are adjusted (Holm)."""
    (first, rows), *others = zip(pairing.names, pairing.rows, strict=True)
    found = [_comparison(pairing, first, name, rows, other) for name, other in others]
    metrics = _adjusted([one.metrics for one in found])
    return tuple(replace(one, metrics=of) for one, of in zip(found, metrics, strict=True))


def _comparison(pairing: Pairing, first: str, second: str, rows: Side, others: Side) -> Comparison:
    cases, weights = pairing.cases, pairing.weights
    return Comparison(
        first=first,
        second=second,
        n=len(cases),
        units=survey_of(cases).units,
        metrics=compare_metrics(cases, rows, others, weights),
        slices=compare_slices(cases, rows, others, weights),
        slice_rows=Counter(key for case in cases for key in set(slices_of(case))),
        changes=changed_rows(rows, others),
    )


def _adjusted(found: Sequence[tuple[Compared, ...]]) -> list[tuple[Compared, ...]]:
    """Adjust the p-values of each metric for its being tested in several comparisons."""
    by_metric = [holm(dict(enumerate(metric.p for metric in of))) for of in zip(*found, strict=True)]
    return [
        tuple(readjusted(metric, by_metric[i][at]) for i, metric in enumerate(metrics))
        for at, metrics in enumerate(found)
    ]


def compare_slices(
    cases: Sequence[Case], first: Side, second: Side, weights: Floats
) -> tuple[ComparedSlice, ...]:
    """Compare the means within every slice of at least ``LEAST_ROWS`` rows that is not all rows."""
    found = []
    for (field, value), rows in _rows_by_slice(cases).items():
        one, other = ([side[row] for row in rows] for side in (first, second))
        metrics = compare_means([cases[row] for row in rows], one, other, weights[rows])
        found.append(ComparedSlice(field, value, len(rows), metrics))
    adjusted = _adjusted([one.metrics for one in found])
    return tuple(replace(one, metrics=of) for one, of in zip(found, adjusted, strict=True))


def _rows_by_slice(cases: Sequence[Case]) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for index, case in enumerate(cases):
        for key in dict.fromkeys(slices_of(case)):
            found.setdefault(key, []).append(index)
    kept = {key: rows for key, rows in found.items() if LEAST_ROWS <= len(rows) < len(cases)}
    order = sorted(kept, key=lambda key: (FIELDS.index(key[0]), -len(kept[key]), key[1]))
    return {key: kept[key] for key in order}


def changed_rows(first: Side, second: Side) -> tuple[ChangedRow, ...]:
    """Return every row that is decided otherwise: the worse ones, the better ones, the rest."""
    pairs = ((a, b) for a, b in zip(first, second, strict=True) if _decision(a) != _decision(b))
    changes = [ChangedRow(a, b, _change(a, b)) for a, b in pairs]
    return tuple(sorted(changes, key=lambda one: CHANGES.index(one.change)))


def _decision(row: RunRow) -> tuple[object, ...]:
    """Return what makes a decision: an entry's newer text is meant, and no change of decision."""
    stored = row.saved.stored
    choices = stored.get("choices", ()) if row.saved.action == "clarify" else ()
    offered = tuple(choice["entry_id"] for choice in choices)
    return row.saved.action, row.saved.entry_id, stored.get("queue"), offered, row.right


def _change(before: RunRow, after: RunRow) -> Change:
    return "neither" if before.right == after.right else "better" if after.right else "worse"
