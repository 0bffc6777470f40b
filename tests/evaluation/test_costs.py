"""Prices of mistakes and faults of rows, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.costs import Prices, cost_of
from evaluation.faults import Fault, faults_of
from evaluation.gathering import measure
from evaluation.types import CaseResult
from tests.evaluation.builders import case, choices, result

PRICES = Prices(wrong_answer=5, needless_handoff=1, missed_handoff=20)
ROWS: list[tuple[CaseResult, float, tuple[Fault, ...]]] = [
    (result(), 0, ()),
    (result(intent="claim_amount"), 5, ("wrong_answer", "wrong_intent")),
    (result(case(entry_ids=("a.b",)), entry_id="x.y"), 5, ("wrong_answer",)),
    (result(case(entry_ids=("a.b",)), entry_id="a.b", intent="claim_amount"), 0, ("wrong_intent",)),
    (result(case("handoff")), 20, ("missed_handoff", "wrong_answer")),
    (result(case("handoff"), "clarify", choices=choices("surrender")), 20, ("missed_handoff",)),
    (result(case("handoff", queue="claims"), "handoff", queue="general"), 0, ("wrong_queue",)),
    (result(action="handoff"), 1, ("needless_handoff",)),
    (result(action="clarify", choices=choices("surrender")), 0, ()),
    (result(action="clarify", choices=choices("x")), 1, ("useless_choices",)),
    (result(action="decline"), 1, ("needless_decline",)),
    (result(case("decline", score_intent=False), "handoff"), 0, ("missed_decline", "needless_handoff")),
    (result(case("handoff", alt_action=("answer",)), "answer"), 0, ()),
]


@pytest.mark.parametrize(("row", "cost", "faults"), ROWS)
def test_by_hand(row: CaseResult, cost: float, faults: tuple[Fault, ...]) -> None:
    assert cost_of(row, PRICES) == cost
    assert faults_of(row) == faults


def test_the_mean_over_all_rows() -> None:
    rows = [row for row, _, _ in ROWS]
    metric = measure(rows, np.ones(len(rows)), PRICES)["cost_per_row"]
    assert metric.value == pytest.approx(sum(cost for _, cost, _ in ROWS) / len(ROWS))
    assert metric.n == len(ROWS)
    free = measure(rows, np.ones(len(rows)), Prices(0, 0, 0))["cost_per_row"]
    assert (free.value, free.low, free.high) == (0, 0, 0)
