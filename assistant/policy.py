"""The routing policy: a pure function from what is understood to one decision.

What belongs to a person comes first (safety, the wish for one, complaints, complex
cases; the weightiest of what is likely enough names the queue), then what is not
insurance, a confident answer, choices, and at last a person. The order is the
product's promise; docs/decisions/ tells why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.types import (
    Action,
    Choice,
    Cuts,
    Decision,
    DecisionContext,
    Part,
    Reason,
    ScoredCandidate,
    Thresholds,
    Understanding,
    Urgency,
)
from knowledge_base.taxonomy import Taxonomy

MAX_CHOICES = 3
MIN_CHOICES = 2

_PLAIN = 0.8
"""Chance of a handoff intent from which even a text without a topic is taken for one (投诉)."""

LIKELIER = 0.5
"""Chance of danger, fraud or a leak that a text without a topic (怎么办) needs: more than all else."""

DANGER_WEIGHS = 5
"""Danger counts this many times its chance when concerns are compared: a complaint at the emergency
desk costs a transfer, danger among the complaints may cost a life."""

_SAFETY: dict[str, tuple[Reason, Urgency]] = {
    "emergency": ("emergency", "immediate"),
    "fraud_report": ("fraud", "high"),
    "privacy_security": ("privacy", "high"),
}
_PERSON = frozenset({"human_agent"})
_SMALLTALK = "smalltalk"


def decide(
    understanding: Understanding, context: DecisionContext, thresholds: Thresholds, taxonomy: Taxonomy
) -> Decision:
    """Decide what is done about a message; every input yields exactly one decision.

    Args:
        understanding: Intents, candidates with confidence, marks.
        context: Channel, segment, last topics, rejected entries.
        thresholds: Cuts by segment, with a default.
        taxonomy: Intents with their queues and classes.
    """
    case = _case_of(understanding, context, thresholds, taxonomy)
    asked = [_case_of(part, context, thresholds, taxonomy) for part in understanding.parts]
    return _hand_over(case, asked) or _answer_parts(case, asked) or case.settle()


def _case_of(
    understanding: Understanding, context: DecisionContext, thresholds: Thresholds, taxonomy: Taxonomy
) -> _Case:
    left = tuple(c for c in understanding.candidates if c.candidate.entry_id not in context.rejected_entries)
    topics = answer_topics(left[0].intent, taxonomy) if left else frozenset()
    answer = thresholds.answer_cut(context.segment, context.channel, topics)
    cuts = replace(thresholds.cuts_for(context.segment), answer=answer)
    return _Case(understanding, left, cuts, taxonomy, thresholds.version, context.rejecting)


def _hand_over(whole: _Case, asked: Sequence[_Case]) -> Decision | None:
    """Hand over a message of which anything belongs to a person.

    What else was asked and could be answered is kept in ``parts``, for the agent.
    """
    for case in (whole, *asked):
        handed = case.hand_over()
        if handed:
            others = [other for other in asked if other is not case and not other.hand_over()]
            kept = [answer.parts[0] for answer in _sure_answers(whole, others)]
            return replace(handed, parts=(*handed.parts, *kept))
    return None


def _answer_parts(whole: _Case, asked: Sequence[_Case]) -> Decision | None:
    """Answer every question of a message in order, where each has a sure answer of its own."""
    answers = _sure_answers(whole, asked)
    if len(answers) < max(2, len(asked)) or not _all_differ(answers):
        return None
    parts = tuple(answer.parts[0] for answer in answers)
    return replace(
        answers[0], parts=parts, also=None, confidence=min(answer.confidence for answer in answers)
    )


def _all_differ(answers: Sequence[Decision]) -> bool:
    """Tell whether no two answers have the same intent or the same entry: one question in two words."""
    intents = {answer.intent for answer in answers}
    return len(intents) == len(answers) == len({answer.entry_id for answer in answers})


def _sure_answers(whole: _Case, asked: Sequence[_Case]) -> list[Decision]:
    """Return the answers of the parts that have a sure one.

    A part that leans on the question before it means little by itself: its answer counts
    only where the whole message finds that entry too.
    """
    found = {candidate.candidate.entry_id for candidate in whole.candidates}
    alone = ((case, case.answer()) for case in asked)
    return [
        answer
        for case, answer in alone
        if answer and (not case.understanding.leans or answer.entry_id in found)
    ]


def answer_topics(intent: str, taxonomy: Taxonomy) -> frozenset[str]:
    """Return the topics with answer cuts of their own that an intent belongs to."""
    topics = {"claims"} if taxonomy.intents[intent].domain == "claims" else set()
    return frozenset(topics | ({"surrender"} if intent == "surrender" else set()))


def choices_of(candidates: Sequence[ScoredCandidate]) -> tuple[Choice, ...]:
    """Return what may be offered: readings of different intents first, then further entries."""
    first: dict[str, ScoredCandidate] = {}
    for candidate in candidates:
        first.setdefault(candidate.intent, candidate)
    ordered = [*first.values(), *(c for c in candidates if first[c.intent] is not c)]
    return tuple(Choice(c.question, c.intent, c.candidate.entry_id) for c in ordered[:MAX_CHOICES])


class _Case:
    """The steps of one decision; each returns a decision or None."""

    def __init__(
        self,
        understanding: Understanding,
        candidates: tuple[ScoredCandidate, ...],
        cuts: Cuts,
        taxonomy: Taxonomy,
        version: str,
        rejecting: bool,
    ) -> None:
        self.understanding = understanding
        self.prediction = understanding.prediction
        self.candidates = candidates
        self.cuts = cuts
        self.taxonomy = taxonomy
        self.version = version
        self.rejecting = rejecting

    def settle(self) -> Decision:
        """Decide a message that no rule hands over."""
        return self.refuse() or self.answer() or self.clarify() or self.give_up()

    def hand_over(self) -> Decision | None:
        """Hand over what always belongs to a person: safety, wish, complaint, complex case.

        One class of concerns that reaches its cut is enough; the weightiest concern of all
        such classes, or the complex case, then names the queue.
        """
        if self.understanding.self_harm:
            return self._hand_over_to("emergency", asked="emergency")
        concerns = self._concerns()
        weightiest = max(sorted(concerns), key=self._weight, default=None)
        if self._is_complex() and (weightiest is None or self._weight(weightiest) < LIKELIER):
            return self._decision("handoff", "complex_case", self.prediction.label, urgency="high")
        return self._hand_over_to(weightiest) if weightiest else None

    def _concerns(self) -> frozenset[str]:
        """Return the handoff intents of every class that is likely enough to hand over for."""
        chance, cuts, handoff = self.prediction.probability_of, self.cuts, self.taxonomy.handoff
        unsaid = self.understanding.vague or self.understanding.unasked
        safety = max(cuts.safety, LIKELIER) if unsaid else cuts.safety
        classes = [(frozenset(_SAFETY), safety)]
        # A text without a topic, or without a question, has no class worth a low cut; safety may
        # count all the same.
        bare = unsaid or self.understanding.leans
        if not bare or chance(handoff) >= _PLAIN:
            classes += [(_PERSON, cuts.person), (self.taxonomy.complaints, cuts.complaint)]
            classes += [(handoff, cuts.any_handoff)]
        reached = [intents for intents, cut in classes if chance(intents) >= cut]
        return frozenset[str]().union(*reached)

    def _weight(self, concern: str) -> float:
        chance = self.prediction.probability_of(frozenset({concern}))
        return chance * (DANGER_WEIGHS if concern == "emergency" else 1)

    def _is_complex(self) -> bool:
        cut = self.cuts.complex_case
        told = cut is not None and not self.understanding.unasked and self.prediction.complex_case >= cut
        return self.understanding.complex_case or told

    def refuse(self) -> Decision | None:
        """Decline politely what is not insurance business; a text without topic or question is asked back."""
        declined = self.taxonomy.declined
        if self.understanding.vague or self.understanding.unasked:
            return None
        if not self.prediction.probability_of(declined) >= self.cuts.decline:
            return None
        return self._decision("decline", "not_insurance", self.prediction.likeliest_of(declined))

    def answer(self) -> Decision | None:
        """Answer when the top entry is confident enough and the text names a topic."""
        if not self.candidates or self.understanding.vague or self.rejecting:
            return None
        top = self.candidates[0]
        # Written so that a confidence that is no number never answers.
        if not top.confidence >= self.cuts.answer:
            return None
        decision = self._decision("answer", "confident", top.intent, entry_id=top.candidate.entry_id)
        return replace(decision, also=self._also())

    def _also(self) -> str | None:
        """Return the second entry, where it may well be the one that is meant."""
        cut, others = self.cuts.also, self.candidates[1:]
        likely = cut is not None and others and others[0].confidence >= cut
        return others[0].candidate.entry_id if likely else None

    def clarify(self) -> Decision | None:
        """Offer two or three readings of an unclear text."""
        # Small talk (你真厉害) is no reading of a question somebody may want to pick.
        readings = [c for c in self.candidates if c.intent != _SMALLTALK]
        if len(readings) < MIN_CHOICES:
            readings = list(self.candidates)
        choices = choices_of(readings)
        if len(choices) < MIN_CHOICES:
            return None
        asked_back = self.understanding.vague or self.understanding.unasked or self.rejecting
        if not asked_back and not readings[0].confidence >= self.cuts.clarify:
            return None
        reason: Reason = "vague" if self.understanding.vague else "several_readings"
        if self.rejecting:
            reason = "rejected"
        return self._decision("clarify", reason, self.prediction.label, choices=choices)

    def give_up(self) -> Decision:
        """Hand over, because guessing is not an option."""
        return self._decision("handoff", "uncertain", self.prediction.label)

    def _hand_over_to(self, concern: str, asked: str | None = None) -> Decision:
        # A class is handed over for from a low chance on; what is asked may still be likelier.
        default: Reason = "asked_for_person" if concern in _PERSON else "complaint"
        reason, urgency = _SAFETY.get(concern, (default, "normal"))
        intent = asked or self.prediction.label
        return self._decision("handoff", reason, intent, concern=concern, urgency=urgency)

    def _decision(
        self,
        action: Action,
        reason: Reason,
        intent: str,
        entry_id: str | None = None,
        choices: tuple[Choice, ...] = (),
        concern: str | None = None,
        urgency: Urgency = "normal",
    ) -> Decision:
        confidence = self.candidates[0].confidence if self.candidates else 0.0
        queue = self.taxonomy.intents[concern or intent].queue if action == "handoff" else None
        return Decision(
            action=action,
            reason=reason,
            parts=(Part(self.understanding.span, intent, confidence, entry_id, action),),
            confidence=confidence,
            intent=intent,
            candidates=self.candidates,
            prediction=self.prediction,
            choices=choices,
            concern=concern,
            queue=queue,
            urgency=urgency,
            marks=self.understanding.asides,
            thresholds_version=self.version,
        )
