"""Metrics over parts of the rows: by channel, script, length, source, product, segment, tag."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.reports.analyses import Slice
from evaluation.resampling import Draws
from evaluation.row_scores import ROW_SCORES
from evaluation.tally import Floats, MeanTally
from evaluation.types import Case
from knowledge_base.search.text import script_of

SLICED: tuple[str, ...] = (
    "auto_answer_accuracy",
    "entry_accuracy",
    "answered_share",
    "handoff_rate",
    "effective_handoff_rate",
    "must_handoff_recall",
    "intent_accuracy",
)
FIELDS = ("channel", "script", "length", "source", "product", "segment", "tag")
LEAST_ROWS = 20
"""A slice of fewer rows gets no verdict: hardly any difference could show in it."""

MOST_VALUES = 100
"""Values of one field that are told apart; rows of any further value stand under ``OTHERS``."""

OTHERS = "*"
LONGEST = "33+"
_BANDS = ((4, "1-4"), (8, "5-8"), (16, "9-16"), (32, "17-32"))
_LENGTHS = [*(name for _, name in _BANDS), LONGEST]
_COLUMNS = [ROW_SCORES.index(name) for name in SLICED]


def length_band(text: str) -> str:
    """Return the band of a text's length in characters, spaces around it left out."""
    length = len(text.strip())
    return next((band for longest, band in _BANDS if length <= longest), LONGEST)


def slices_of(case: Case) -> Iterator[tuple[str, str]]:
    """Yield field and value of every slice a row belongs to; blank values belong to none."""
    values = {
        "channel": case.channel,
        "script": script_of(case.text),
        "length": length_band(case.text),
        "source": case.source,
        "product": case.product,
        "segment": case.segment,
    }
    yield from ((field, value) for field, value in values.items() if value)
    yield from (("tag", tag) for tag in case.tags)


class SliceTally:
    """Adds up the slices of rows that stream by.

    Args:
        clustered: Whether some rows share a conversation.
    """

    def __init__(self, clustered: bool = False) -> None:
        self._clustered = clustered
        self._tallies: dict[tuple[str, str], MeanTally] = {}
        self._counts: defaultdict[tuple[str, str], int] = defaultdict(int)
        self._values: defaultdict[str, int] = defaultdict(int)

    def add(self, cases: Sequence[Case], scores: Floats, weights: Floats, draws: Draws) -> None:
        """Add rows; ``scores`` has the columns of ``ROW_SCORES``, see ``MeanTally.add``."""
        rows: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for row, case in enumerate(cases):
            for key in dict.fromkeys(map(self._known, slices_of(case))):
                rows[key].append(row)
        chosen = scores[:, _COLUMNS]
        for key, members in rows.items():
            self._counts[key] += len(members)
            self._tallies[key].add(*_rows(members, chosen, weights, draws))

    def slices(self) -> tuple[Slice, ...]:
        """Return all slices, by field and then the largest first; lengths by length."""
        order = sorted(self._counts, key=self._place)
        return tuple(Slice(*key, self._counts[key], self._tallies[key].metrics()) for key in order)

    def _place(self, key: tuple[str, str]) -> tuple[int, int, str]:
        field, value = key
        place = _LENGTHS.index(value) if field == "length" else -self._counts[key]
        return FIELDS.index(field), place, value

    def _known(self, key: tuple[str, str]) -> tuple[str, str]:
        field, _ = key
        if key not in self._tallies and self._values[field] >= MOST_VALUES:
            key = (field, OTHERS)
        if key not in self._tallies:
            self._tallies[key] = MeanTally(SLICED, clustered=self._clustered)
            self._values[field] += 1
        return key


def _rows(
    members: list[int], scores: Floats, weights: Floats, draws: Draws
) -> tuple[Floats, Floats, NDArray[np.float32]]:
    return scores[members], weights[members], draws[members]
