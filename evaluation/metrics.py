"""The metrics that are shares of rows, defined here and nowhere else.

Where a definition leaves room, this is the reading taken:

- The predicted intent of a row is the intent the decision names.
- Intent metrics are taken over rows with ``score_intent`` true.
- effective_handoff_rate counts every clarified row without an acceptable intent among
  its choices, also where ``score_intent`` is false.
- queue_accuracy leaves out rows that name no queue.
- choice_hit_rate is taken over clarified rows with ``score_intent`` true.
- A handoff is ``requested`` where the customer asked for a person, ``uncertain`` where the
  assistant was unsure, found the text vague or failed, and else of ``policy``: a rule demands it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.types import Reason
from evaluation.types import CaseResult

REQUESTED: frozenset[Reason] = frozenset({"asked_for_person"})
UNCERTAIN: frozenset[Reason] = frozenset({"uncertain", "vague", "failure"})


@dataclass(frozen=True, slots=True)
class Share:
    """A metric: of the rows that count, the share that succeed.

    Attributes:
        about: What it says, in a few words for reports.
    """

    name: str
    about: str
    counts: Callable[[CaseResult], bool]
    succeeds: Callable[[CaseResult], bool]


def _every_row(result: CaseResult) -> bool:
    return True


def _answered(result: CaseResult) -> bool:
    return result.action == "answer"


def _handed_over(result: CaseResult) -> bool:
    return result.action == "handoff"


def _clarified(result: CaseResult) -> bool:
    return result.action == "clarify"


def _declined(result: CaseResult) -> bool:
    return result.action == "decline"


def _answerable(result: CaseResult) -> bool:
    return result.case.must("answer")


def _must_handoff(result: CaseResult) -> bool:
    return result.case.must("handoff")


def _must_decline(result: CaseResult) -> bool:
    return result.case.must("decline")


def _scored(result: CaseResult) -> bool:
    return result.case.scores_intent


def _intent_right(result: CaseResult) -> bool:
    return result.case.accepts_intent(result.intent)


def answer_right(result: CaseResult) -> bool:
    """Tell whether answering was allowed and the intent is an acceptable one."""
    intent_right = not result.case.score_intent or _intent_right(result)
    return "answer" in result.case.allowed_actions and intent_right


def entry_right(result: CaseResult) -> bool:
    """Tell whether answering was allowed and the entry is an acceptable one."""
    return "answer" in result.case.allowed_actions and result.entry_id in (result.case.entry_ids or ())


def answered_rightly(result: CaseResult) -> bool:
    """Tell whether a row was answered, and by a right entry or, where it names none, with a right intent."""
    right = answer_right if result.case.entry_ids is None else entry_right
    return _answered(result) and right(result)


def _in_top3(result: CaseResult) -> bool:
    return any(result.case.accepts_intent(intent) for intent, _ in result.ranking[:3])


def ends_with_a_person(result: CaseResult) -> bool:
    """Tell whether a customer is left needing a person: handed over, or not helped."""
    useless = _clarified(result) and not result.offers_acceptable_choice
    return _handed_over(result) or useless or (_answerable(result) and _declined(result))


SHARES: tuple[Share, ...] = (
    Share("auto_answer_accuracy", "answered rows answered rightly", _answered, answer_right),
    Share(
        "entry_accuracy",
        "answered rows with a right entry",
        lambda r: _answered(r) and r.case.entry_ids is not None,
        entry_right,
    ),
    Share("answered_share", "answerable rows answered", _answerable, _answered),
    Share("handoff_rate", "rows handed over", _every_row, _handed_over),
    Share("effective_handoff_rate", "rows left needing a person", _every_row, ends_with_a_person),
    Share("needless_handoff_rate", "answerable rows handed over", _answerable, _handed_over),
    Share("must_handoff_recall", "must-handoff rows handed over", _must_handoff, _handed_over),
    Share(
        "queue_accuracy",
        "must-handoff rows handed over, to the right queue",
        lambda r: _must_handoff(r) and _handed_over(r) and r.case.queue is not None,
        lambda r: r.queue == r.case.queue,
    ),
    Share("intent_accuracy", "rows with a right intent", _scored, _intent_right),
    Share("top3", "rows with a right intent among the first three", _scored, _in_top3),
    Share("clarify_rate", "rows asked back", _every_row, _clarified),
    Share(
        "choice_hit_rate",
        "rows asked back with a right choice",
        lambda r: _clarified(r) and _scored(r),
        lambda r: r.offers_acceptable_choice,
    ),
    Share("decline_recall", "must-decline rows declined", _must_decline, _declined),
    Share("needless_decline_rate", "answerable rows declined", _answerable, _declined),
    Share(
        "intent_accuracy_strict",
        "rows with the primary intent",
        _scored,
        lambda r: r.intent == r.case.intent,
    ),
    Share(
        "handoff_requested",
        "rows handed over because the customer asked",
        _every_row,
        lambda r: _handed_over(r) and r.reason in REQUESTED,
    ),
    Share(
        "handoff_policy",
        "rows handed over because a rule demands it",
        _every_row,
        lambda r: _handed_over(r) and r.reason not in REQUESTED | UNCERTAIN,
    ),
    Share(
        "handoff_uncertain",
        "rows handed over because nothing was sure",
        _every_row,
        lambda r: _handed_over(r) and r.reason in UNCERTAIN,
    ),
)
