"""Chooses the cuts of the policy on the calibration set.

Each cut of a handoff class is the lowest that alarms needlessly on no more than a
stated share of answerable questions; the cut for answers is the lowest at which
answers are right often enough. Certified cuts come with ``baowen calibrate`` later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.policy import decide
from assistant.types import Cuts, Decision, DecisionContext, ScoredCandidate, Thresholds, Understanding
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Entry
from training.observations import Observation


@dataclass(frozen=True, slots=True)
class Targets:
    """What the cuts aim at, as shares.

    The defaults are set on the calibration rows that fit: .9175 of the answers right by entry
    leaves some .87 of the answerable questions answered. What is handed over needlessly,
    uncertain rows included, stays about at the 5 % that the product aims at.

    Attributes:
        answer_accuracy: Of automatic answers, right by entry.
        needless_safety: Answerable questions taken for danger, fraud or privacy.
        needless_person: Answerable questions taken for a wish for a person.
        needless_complaint: Answerable questions taken for complaints.
        needless_handoff: Answerable questions handed over for any of these.
        needless_decline: Answerable questions declined.
        uncertain: Answerable questions handed over because nothing fits.
        needless_complex: Answerable questions taken for complex cases.
        also_right: Of the second entries told in short below an answer, right by entry.
    """

    answer_accuracy: float = 0.9175
    needless_safety: float = 0.005
    needless_person: float = 0.004
    needless_complaint: float = 0.026
    needless_handoff: float = 0.036
    needless_decline: float = 0.008
    uncertain: float = 0.002
    needless_complex: float = 0.005
    also_right: float = 0.37


def lowest_cut(scores: NDArray[np.float64], share: float) -> float:
    """Return the lowest cut that at most ``share`` of ``scores`` reach."""
    if not len(scores):
        return 1.0
    allowed = int(share * len(scores))
    ordered = np.sort(scores)[::-1]
    return float(np.nextafter(ordered[min(allowed, len(ordered) - 1)], 2.0))


def class_cuts(observations: Sequence[Observation], taxonomy: Taxonomy, targets: Targets) -> dict[str, float]:
    """Return the cuts for safety, person, complaint, any handoff and decline."""
    answerable = [o.prediction for o in observations if o.case.must("answer")]
    safety = frozenset({"emergency", "fraud_report", "privacy_security"})
    classes = {
        "safety": (safety, targets.needless_safety),
        "person": (frozenset({"human_agent"}), targets.needless_person),
        "complaint": (taxonomy.complaints, targets.needless_complaint),
        "any_handoff": (taxonomy.handoff, targets.needless_handoff),
        "decline": (taxonomy.declined, targets.needless_decline),
    }
    cuts = {
        name: lowest_cut(np.array([p.probability_of(intents) for p in answerable]), share)
        for name, (intents, share) in classes.items()
    }
    complex_cases = np.array([prediction.complex_case for prediction in answerable])
    return {**cuts, "complex_case": lowest_cut(complex_cases, targets.needless_complex)}


def understanding_of(
    observation: Observation, probabilities: NDArray[np.float64], entries: dict[str, Entry]
) -> Understanding:
    """Return what the policy would see of an observed row."""
    scored = [
        ScoredCandidate(c, intent, entries[c.entry_id].question, float(p))
        for c, intent, p in zip(observation.candidates, observation.intents, probabilities, strict=True)
    ]
    return Understanding(
        observation.query,
        observation.prediction,
        tuple(sorted(scored, key=lambda one: -one.confidence)),
        complex_case=observation.marks.complex_case,
        vague=observation.marks.vague,
        self_harm=observation.marks.self_harm,
        unasked=observation.marks.unasked,
    )


def choose_thresholds(
    observations: Sequence[Observation],
    probabilities: Sequence[NDArray[np.float64]],
    entries: dict[str, Entry],
    taxonomy: Taxonomy,
    targets: Targets,
    version: str,
) -> Thresholds:
    """Choose all cuts.

    Args:
        observations: The calibration rows.
        probabilities: Their candidates' probabilities from models that never saw them.
        entries: Published entries by id.
        taxonomy: Intents and their classes.
        targets: What to aim at.
        version: Name of the result.
    """
    cuts = class_cuts(observations, taxonomy, targets)
    seen = [understanding_of(o, p, entries) for o, p in zip(observations, probabilities, strict=True)]
    # With an answer cut of 0 every row that reaches the answer step is answered.
    eager = Thresholds(version, Cuts(answer=0.0, clarify=0.0, **cuts))
    decisions = [decide(u, DecisionContext(), eager, taxonomy) for u in seen]
    reached = [(d, o) for d, o in zip(decisions, observations, strict=True) if d.action == "answer"]
    answer = _answer_cut(reached, targets.answer_accuracy)
    below = [d.confidence for d, o in reached if o.case.must("answer") and d.confidence < answer]
    clarify = _clarify_cut(below, sum(o.case.must("answer") for o in observations), targets.uncertain)
    also = _also_cut([pair for pair in reached if pair[0].confidence >= answer], targets.also_right)
    return Thresholds(version, Cuts(answer=answer, clarify=min(clarify, answer), also=also, **cuts))


def _answer_cut(reached: Sequence[tuple[Decision, Observation]], accuracy: float) -> float:
    """Return the lowest confidence from which on answers are right at that rate."""
    tops = [(d.confidence, d.entry_id in (o.case.entry_ids or ())) for d, o in reached]
    return lowest_with_rate(tops, accuracy)


def _also_cut(answered: Sequence[tuple[Decision, Observation]], rate: float) -> float:
    """Return the lowest confidence from which on second entries are right at that rate."""
    pairs = [(d.candidates[1], o.case.entry_ids or ()) for d, o in answered if len(d.candidates) > 1]
    seconds = [(second.confidence, second.candidate.entry_id in right) for second, right in pairs]
    return lowest_with_rate(seconds, rate)


def lowest_with_rate(scored: Sequence[tuple[float, bool]], rate: float) -> float:
    """Return the lowest score from which on at least ``rate`` of all are right; 1 where none is."""
    ordered = sorted(scored, reverse=True)
    rates = np.cumsum([right for _, right in ordered]) / np.arange(1, len(ordered) + 1)
    good = np.flatnonzero(rates >= rate)
    return ordered[int(good[-1])][0] if len(good) else 1.0


def _clarify_cut(below: Sequence[float], answerable: int, share: float) -> float:
    """Return the confidence under which at most ``share`` of answerable rows fall."""
    allowed = int(share * answerable)
    ordered = sorted(below)
    return ordered[min(allowed, len(ordered) - 1)] if ordered else 0.0
