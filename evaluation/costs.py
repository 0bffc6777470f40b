"""What an assistant's mistakes cost: every kind has a price, set for the installation."""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.metrics import answered_rightly, ends_with_a_person
from evaluation.types import CaseResult


@dataclass(frozen=True, slots=True)
class Prices:
    """What a row costs; the unit is one conversation that an agent need not have had.

    Attributes:
        wrong_answer: A row answered wrongly.
        needless_handoff: An answerable row whose customer is left needing a person.
        missed_handoff: A row for a person that was not handed over.
    """

    wrong_answer: float = 5.0
    needless_handoff: float = 1.0
    missed_handoff: float = 20.0


def cost_of(result: CaseResult, prices: Prices) -> float:
    """Return the price of one row; of several mistakes the first that is named here counts.

    A missed handoff, a wrong answer (by the entry where the row names entries, else by the
    intent), a needless handoff: an answerable row handed over, asked back without an
    acceptable choice, or declined. All else is free.
    """
    if result.case.must("handoff") and result.action != "handoff":
        return prices.missed_handoff
    if result.action == "answer" and not answered_rightly(result):
        return prices.wrong_answer
    if result.case.must("answer") and ends_with_a_person(result):
        return prices.needless_handoff
    return 0.0
