"""What a row went wrong in, for lists of errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, get_args

from evaluation.metrics import answered_rightly
from evaluation.types import CaseResult

Fault = Literal[
    "missed_handoff",
    "wrong_answer",
    "missed_decline",
    "needless_decline",
    "needless_handoff",
    "useless_choices",
    "wrong_queue",
    "wrong_intent",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)


def faults_of(result: CaseResult) -> tuple[Fault, ...]:
    """Return all that is wrong with a row, gravest first; nothing where it is right.

    ``wrong_answer`` goes by the entry where the row names entries, else by the intent.
    Asking back is no fault where one of the choices has an acceptable intent, unless the row
    must be handed over or declined.
    """
    return tuple(_faults(result))


def _faults(result: CaseResult) -> Iterator[Fault]:
    case, action = result.case, result.action
    if case.must("handoff") and action != "handoff":
        yield "missed_handoff"
    if action == "answer" and not answered_rightly(result):
        yield "wrong_answer"
    if case.must("decline") and action != "decline":
        yield "missed_decline"
    if action == "decline" and "decline" not in case.allowed_actions:
        yield "needless_decline"
    if action == "handoff" and "handoff" not in case.allowed_actions:
        yield "needless_handoff"
    if action == "clarify" and case.intents and not result.offers_acceptable_choice:
        yield "useless_choices"
    if action == "handoff" and case.must("handoff") and case.queue and result.queue != case.queue:
        yield "wrong_queue"
    if case.scores_intent and not case.accepts_intent(result.intent):
        yield "wrong_intent"
