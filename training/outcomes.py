"""What becomes of labelled rows at every cut of the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.policy import answer_topics
from assistant.types import Thresholds
from evaluation.metrics import answer_right, answered_rightly, ends_with_a_person
from evaluation.runner import ReplyFor, run_case
from evaluation.types import Case, CaseResult
from knowledge_base.taxonomy import Taxonomy
from training.risk_control import LEVELS, Counts

ReplyWith = Callable[[Thresholds], ReplyFor]
"""Gives an assistant that decides by the thresholds it is given."""

Progress = Callable[[str], None]

CLOSED = 2.0
"""An answer cut that no confidence reaches."""

ELDERLY = "elderly"


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What becomes of each row; a column is an answer cut.

    Attributes:
        facts: bool [5, rows, columns], read through the properties.
        in_handoff: bool [rows], false for elderly customers, who carry no handoff goal.
        segments: bool [rows] for each part of the traffic: which rows belong to it.
        testing: bool [rows], false for the rows that only choose the order of the tests.
        several: bool [rows], messages of several questions, each with a confidence of its own.
    """

    cases: tuple[Case, ...]
    facts: NDArray[np.bool_]
    in_handoff: NDArray[np.bool_]
    segments: Mapping[str, NDArray[np.bool_]]
    testing: NDArray[np.bool_]
    several: NDArray[np.bool_]

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Return bool [rows, columns]: answered."""
        return np.asarray(self.facts[0])

    @property
    def right(self) -> NDArray[np.bool_]:
        """Return bool [rows, columns]: answered rightly, by entry where the row names entries."""
        return np.asarray(self.facts[1])

    @property
    def right_by_intent(self) -> NDArray[np.bool_]:
        """Return bool [rows, columns]: answered rightly by intent."""
        return np.asarray(self.facts[2])

    @property
    def handed(self) -> NDArray[np.bool_]:
        """Return bool [rows, columns]: handed over."""
        return np.asarray(self.facts[3])

    @property
    def with_person(self) -> NDArray[np.bool_]:
        """Return bool [rows, columns]: handed over, or asked back or declined without help."""
        return np.asarray(self.facts[4])

    def along(self, offsets: Mapping[str, int]) -> Outcomes:
        """Return the outcomes at each level when segments keep ``offsets`` levels above it.

        A row of several segments goes by the greatest offset, as the policy takes the
        strictest cut. The last column, which nothing reaches, stands for all levels above.
        """
        steps = np.zeros(len(self.cases), dtype=np.int64)
        for name, rows in self.segments.items():
            steps = np.maximum(steps, rows * offsets.get(name, 0))
        columns = np.minimum(np.arange(len(LEVELS)) + steps[:, None], len(LEVELS))
        return replace(self, facts=np.take_along_axis(self.facts, columns[None], axis=2))


def counts_of(outcomes: Outcomes, rows: NDArray[np.bool_]) -> Counts:
    """Count what becomes of the chosen rows at each column."""
    counting = rows & outcomes.in_handoff
    return Counts(
        outcomes.answered[rows].sum(axis=0),
        outcomes.right[rows].sum(axis=0),
        outcomes.with_person[counting].sum(axis=0),
        np.asarray(counting.sum()),
    )


def is_elderly(case: Case) -> bool:
    """Tell whether a row is an elderly customer's, whose use of people carries no goal."""
    return case.segment == ELDERLY or ELDERLY in case.tags


def observe_outcomes(
    cases: Sequence[Case],
    testing: NDArray[np.bool_],
    reply_with: ReplyWith,
    base: Thresholds,
    taxonomy: Taxonomy,
) -> Outcomes:
    """Run every row with an answer cut of nothing and of everything, and fill in what lies between.

    Args:
        cases: The rows.
        testing: bool [rows], the rows that are tested on.
        reply_with: Gives an assistant for thresholds.
        base: All other cuts; its answer cuts are not used.
        taxonomy: Intents and their domains.
    """
    cuts = [*LEVELS.tolist(), CLOSED]
    eager, closed = reply_with(with_answer_cut(base, 0.0)), reply_with(with_answer_cut(base, CLOSED))
    firsts = [run_case(case, eager) for case in cases]
    facts = [_facts_at(first, run_case(first.case, closed), cuts) for first in firsts]
    segments = [_segments(first, taxonomy) for first in firsts]
    outcomes = _outcomes(cases, facts, segments, testing, [first.parts > 1 for first in firsts])
    return ask_several(outcomes, [with_answer_cut(base, cut) for cut in cuts], reply_with)


def ask_several(outcomes: Outcomes, columns: Sequence[Thresholds], reply_with: ReplyWith) -> Outcomes:
    """Ask messages of several questions at each column, because one confidence does not tell.

    Args:
        outcomes: The rows.
        columns: The thresholds of each column.
        reply_with: Gives an assistant for thresholds.
    """
    rows = np.flatnonzero(outcomes.several)
    facts = outcomes.facts.copy()
    for column, thresholds in enumerate(columns if len(rows) else ()):
        reply = reply_with(thresholds)
        for row in rows:
            facts[:, row, column] = _facts(run_case(outcomes.cases[row], reply))
    return replace(outcomes, facts=facts)


def _facts_at(first: CaseResult, last: CaseResult, cuts: Sequence[float]) -> list[tuple[bool, ...]]:
    """Return the facts of a row at each cut: as when all is answered, or as when nothing is."""
    answered, otherwise = _facts(first), _facts(last)
    reached = first.action == "answer"
    return [answered if reached and first.confidence >= cut else otherwise for cut in cuts]


def observe_fixed(cases: Sequence[Case], reply_for: ReplyFor) -> Outcomes:
    """Run every row as it is; the outcomes have one column, and every row is tested on."""
    facts = [[_facts(run_case(case, reply_for))] for case in cases]
    every = np.ones(len(cases), dtype=bool)
    return _outcomes(cases, facts, [frozenset()] * len(cases), every, [False] * len(cases))


def _outcomes(
    cases: Sequence[Case],
    facts: list[list[tuple[bool, ...]]],
    segments: list[frozenset[str]],
    testing: NDArray[np.bool_],
    several: list[bool],
) -> Outcomes:
    in_handoff = np.array([not is_elderly(case) for case in cases], dtype=bool)
    columns = np.array(facts, dtype=bool).transpose(2, 0, 1)
    names = sorted(frozenset().union(*segments))
    parts = {name: np.array([name in of_row for of_row in segments], dtype=bool) for name in names}
    return Outcomes(tuple(cases), columns, in_handoff, parts, testing, np.array(several, dtype=bool))


def with_answer_cut(base: Thresholds, cut: float) -> Thresholds:
    """Return thresholds with one answer cut for all traffic."""
    return Thresholds(base.version, replace(base.default, answer=cut))


def _facts(result: CaseResult) -> tuple[bool, ...]:
    answered = result.action == "answer"
    return (
        answered,
        answered_rightly(result),
        answered and answer_right(result),
        result.action == "handoff",
        ends_with_a_person(result),
    )


def _segments(result: CaseResult, taxonomy: Taxonomy) -> frozenset[str]:
    top = result.candidates[0].intent if result.candidates else None
    topics = answer_topics(top, taxonomy) if top else frozenset()
    return topics | {f"channel:{result.case.channel}"}
