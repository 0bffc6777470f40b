"""What the page's script works with: curve and rows, packed small.

Rows are lists and refer to intents, entries and words by their place in lists of their own, so
that thousands of rows stay small and load fast.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from evaluation.faults import faults_of
from evaluation.reports.analyses import CurvePoint
from evaluation.reports.words import ACTIONS, FAULTS, FIELDS, REASONS, VALUES
from evaluation.slices import slices_of
from evaluation.types import Case, CaseResult, Report
from knowledge_base.personal_data import mask_personal_data

ROW_FIELDS = (
    "id",
    "question",
    "history",
    "actions",
    "intents",
    "entries",
    "queue",
    "action",
    "intent",
    "reason",
    "entry",
    "to",
    "confidence",
    "ms",
    "candidates",
    "choices",
    "faults",
    "slices",
)
_CANDIDATES = 3
_CURVE_DIGITS = 8
"""Enough that the page's own rounding, to a tenth of a percent or a thousandth, is the only one (48 of 211
is 22.7 %, not .2275 and then 22.8 %) for any table below 50,000 rows."""


@dataclass(frozen=True, slots=True)
class Names:
    """What ids mean to people: intents and queues by their names, entries by their questions."""

    intents: Mapping[str, str] = field(default_factory=dict)
    queues: Mapping[str, str] = field(default_factory=dict)
    entries: Mapping[str, str] = field(default_factory=dict)


class _Places:
    """Numbers names in the order they are asked for."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def of(self, name: str) -> int:
        return self._places.setdefault(name, len(self._places))

    def listed(self, told: Callable[[str], Hashable]) -> list[Hashable]:
        return [told(name) for name in self._places]


class _Packer:
    def __init__(self, names: Names) -> None:
        self.names = names
        self.intents, self.entries, self.slices = _Places(), _Places(), _Places()
        self.questions: dict[str, str] = {}
        self.numbers = {name: list(words) for name, words in (("action", ACTIONS), ("reason", REASONS))}
        self.faults = list(FAULTS)

    def row(self, result: CaseResult) -> list[object]:
        case = result.case
        for scored in result.candidates:
            self.questions.setdefault(scored.candidate.entry_id, scored.question)
        return [
            case.id,
            mask_personal_data(case.text),
            [mask_personal_data(text) for text in case.history] or 0,
            [self.numbers["action"].index(action) for action in (case.action, *case.alt_action)],
            [self.intents.of(intent) for intent in case.intents] if case.score_intent else [],
            None if case.entry_ids is None else [self.entries.of(entry) for entry in case.entry_ids],
            self._queue(case.queue),
            self.numbers["action"].index(result.action),
            self.intents.of(result.intent),
            self.numbers["reason"].index(result.reason),
            -1 if result.entry_id is None else self.entries.of(result.entry_id),
            self._queue(result.queue),
            round(result.confidence, 3),
            round(result.elapsed_ms, 1),
            [self._candidate(result, rank) for rank in range(min(_CANDIDATES, len(result.candidates)))],
            [[self.intents.of(c.intent), c.text] for c in result.choices] or 0,
            [self.faults.index(fault) for fault in faults_of(result)],
            self._slices(case),
        ]

    def _queue(self, queue: str | None) -> str | int:
        return self.names.queues.get(queue, queue) if queue else 0

    def _candidate(self, result: CaseResult, rank: int) -> list[float]:
        scored = result.candidates[rank]
        found = scored.candidate
        figures = (scored.confidence, found.dense, found.lexical, found.fused)
        return [self.entries.of(found.entry_id), *(round(figure, 2) for figure in figures)]

    def _slices(self, case: Case) -> list[int]:
        return [self.slices.of(f"{field}={value}") for field, value in slices_of(case)]

    def lists(self) -> dict[str, object]:
        intents, entries = self.names.intents, self.names.entries
        return {
            "intents": self.intents.listed(lambda name: (name, intents.get(name, name))),
            "entries": self.entries.listed(
                lambda name: (name, entries.get(name) or self.questions.get(name, ""))
            ),
            "slices": self.slices.listed(slice_name),
            "actions": list(ACTIONS.values()),
            "reasons": list(REASONS.values()),
            "faults": list(FAULTS.values()),
        }


def slice_name(key: str) -> str:
    """Return what a slice, ``field=value``, is called."""
    name, _, value = key.partition("=")
    return f"{FIELDS.get(name, name)}：{VALUES.get(value, value)}"


def page_data(report: Report, names: Names) -> dict[str, object]:
    """Return what the script needs, as JSON values."""
    packer = _Packer(names)
    rows = [packer.row(result) for result in (*report.kept.errors, *report.kept.right)]
    confusions = [
        (packer.intents.of(c.truth), packer.intents.of(c.predicted), c.count) for c in report.confusions
    ]
    correct = [(packer.intents.of(s.intent), s.support, s.correct) for s in report.intents]
    return {
        "fields": list(ROW_FIELDS),
        "rows": rows,
        "confusions": confusions,
        "correct": correct,
        "curve": [_packed(point) for point in report.curve.points],
        "inUse": report.curve.in_use,
        **packer.lists(),
    }


def _packed(point: CurvePoint) -> list[float | int | None]:
    of_answers = (point.accuracy, point.coverage, point.answered_share)
    figures = (*of_answers, point.handoff_rate, point.effective_handoff_rate)
    numbers: list[float | int | None] = [point.cut, point.cost, point.accuracy.n]
    for metric in figures:
        numbers.extend((metric.value, metric.low, metric.high))
    return [None if number is None else round(number, _CURVE_DIGITS) for number in numbers]


def embedded_json(value: object) -> str:
    """Return JSON that is safe between script tags of a page: no character of markup is left."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
