"""What would become of the rows at other answer cuts, from one run of them.

A row moves with the cut where confidence decides: it is answered from its top candidate at or
below its confidence; above, it is asked back where there are choices and its confidence reaches
the clarify cut, and else handed over. What a rule decides, vague texts, rejected answers and
messages of several questions stay as they are. One cut for all traffic is assumed, while parts of
the traffic may have stricter ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from assistant.policy import MIN_CHOICES, choices_of
from assistant.types import Cuts
from evaluation.costs import Prices, cost_of
from evaluation.metrics import answered_rightly, ends_with_a_person
from evaluation.reports.analyses import Curve, CurvePoint
from evaluation.statistics import clustered_n, effective_n, wilson_interval
from evaluation.tally import NOTHING
from evaluation.types import CaseResult, Metric

CUTS = tuple(step / 100 for step in range(101))
_MOVED_BY_CUT = frozenset({"confident", "several_readings", "uncertain"})
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Clusters = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a row on either side of its confidence.

    Attributes:
        confidence: The cut up to which it is answered; infinite where it always is, -1 where never.
        right: Answered, it would be answered rightly.
        handed: Not answered, it would be handed over.
        person: Not answered, its customer would be left needing a person.
        costs: Its price answered and not answered.
        answerable: It is an answerable row.
        weight: What it counts.
        unit: Its conversation or own name; None where no rows share a conversation.
    """

    confidence: float
    right: bool
    handed: bool
    person: bool
    costs: tuple[float, float]
    answerable: bool
    weight: float
    unit: str | None = None


def fate_of(
    result: CaseResult, weight: float, prices: Prices, cuts: Cuts | None, unit: str | None = None
) -> Fate:
    """Tell what becomes of a row at any cut.

    Args:
        result: The row as it was decided.
        weight: What it counts.
        prices: Prices of mistakes.
        cuts: The cuts it was decided by; without them choices are always offered.
        unit: See ``Fate``.
    """
    moves = result.reason in _MOVED_BY_CUT and result.parts <= 1 and bool(result.candidates)
    answered = result.action == "answer"
    always = float("inf") if answered else -1.0
    other = _unanswered(result, cuts.clarify if cuts else 0.0) if answered else result
    given = result if answered or not moves else _answered(result)
    return Fate(
        confidence=result.confidence if moves else always,
        right=answered_rightly(given),
        handed=other.action == "handoff",
        person=ends_with_a_person(other),
        costs=(cost_of(given, prices), cost_of(other, prices)),
        answerable=result.case.must("answer"),
        weight=weight,
        unit=unit,
    )


def _answered(result: CaseResult) -> CaseResult:
    top = result.candidates[0]
    return replace(result, action="answer", intent=top.intent, entry_id=top.candidate.entry_id)


def _unanswered(result: CaseResult, clarify: float) -> CaseResult:
    choices = choices_of(result.candidates)
    if len(choices) >= MIN_CHOICES and result.confidence >= clarify:
        return replace(result, action="clarify", choices=choices, entry_id=None)
    return replace(result, action="handoff", choices=(), entry_id=None)


def curve_of(fates: Sequence[Fate], in_use: float | None) -> Curve:
    """Return the curve over ``CUTS``.

    Args:
        fates: The rows, at least one.
        in_use: The default answer cut in use, if known.
    """
    confidence = np.array([fate.confidence for fate in fates])
    facts = np.array([(f.right, f.handed, f.person, f.answerable) for f in fates], dtype=bool).T
    costs = np.array([fate.costs for fate in fates], dtype=np.float64).T
    weight = np.array([fate.weight for fate in fates])
    clusters = _clusters(fates)
    points = (_point(cut, confidence >= cut, facts, costs, weight, clusters) for cut in CUTS)
    return Curve(tuple(points), in_use, len(fates))


def _clusters(fates: Sequence[Fate]) -> Clusters | None:
    if all(fate.unit is None for fate in fates):
        return None
    numbers: dict[str | None, int] = {}
    return np.array([numbers.setdefault(fate.unit, len(numbers)) for fate in fates], dtype=np.intp)


def _point(
    cut: float, answered: Bools, facts: Bools, costs: Floats, weight: Floats, clusters: Clusters | None
) -> CurvePoint:
    right, handed, person, answerable = facts
    every = np.ones(len(answered), dtype=bool)

    def share(succeeds: Bools, counts: Bools) -> Metric:
        return _share(succeeds[counts], weight[counts], None if clusters is None else clusters[counts])

    return CurvePoint(
        cut=cut,
        accuracy=share(right, answered),
        coverage=share(answered, every),
        answered_share=share(answered, answerable),
        handoff_rate=share(~answered & handed, every),
        effective_handoff_rate=share(~answered & person, every),
        cost=float(np.average(np.where(answered, *costs), weights=weight)),
    )


def _share(succeeds: Bools, weight: Floats, clusters: Clusters | None) -> Metric:
    n = int((weight > 0).sum())
    if not n:
        return NOTHING
    value = min(1.0, float(weight[succeeds].sum() / weight.sum()))
    rows = effective_n(weight) if clusters is None else clustered_n(succeeds, weight, clusters)
    return Metric(value, *wilson_interval(value, rows), n)
