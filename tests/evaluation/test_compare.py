"""Comparing runs: what is found, what is not, and how far a planted regression shows."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from evaluation.compare import compare_runs
from evaluation.costs import Prices
from evaluation.paired_metrics import COMPARED_NAMES, RIGHT, compare_means
from evaluation.paired_statistics import mcnemar
from evaluation.pairing import Pairing, pair_runs
from evaluation.reports.comparison import comparison_json, comparison_text
from evaluation.runs import run_of
from evaluation.types import CaseResult
from knowledge_base.errors import InvalidInputError
from tests.evaluation.builders import case, result

ROWS = 2000


def answers(share_right: float, random: np.random.Generator, n: int = ROWS) -> list[CaseResult]:
    """Rows that should be answered; ``share_right`` of them are answered with the right intent."""
    right = random.random(n) < share_right
    return [
        result(
            case(id=str(i), text=f"问题{i}", channel="web" if i % 2 else "phone"),
            intent="surrender" if ok else "claim_process",
        )
        for i, ok in enumerate(right)
    ]


def worsened(results: list[CaseResult], points: float, random: np.random.Generator) -> list[CaseResult]:
    """Make right rows wrong so that right_rate falls by ``points``; as many others change both ways."""
    found = list(results)
    right = [i for i, one in enumerate(results) if one.intent == "surrender"]
    wrong = [i for i, one in enumerate(results) if one.intent != "surrender"]
    churn, lost = round(0.01 * len(results)), round(points * len(results))
    for i in random.permutation(right)[: lost + churn]:
        found[i] = replace(found[i], intent="claim_process")
    for i in random.permutation(wrong)[:churn]:
        found[i] = replace(found[i], intent="surrender")
    return found


def pairing(*sides: list[CaseResult]) -> Pairing:
    return pair_runs([run_of(name, side, Prices()) for name, side in zip("ABC", sides, strict=False)])


def test_a_run_against_itself_finds_nothing() -> None:
    side = answers(0.9, np.random.default_rng(1))
    (found,) = compare_runs(pairing(side, side))
    assert found.changes == ()
    assert [metric.name for metric in found.metrics] == list(COMPARED_NAMES)
    assert {metric.p for metric in found.metrics} == {1.0}
    assert not any(metric.significant for metric in found.metrics)
    assert found.metric(RIGHT).verdict == "equal"
    assert not any(metric.significant for one in found.slices for metric in one.metrics)
    assert {(one.field, one.value) for one in found.slices} >= {("channel", "web"), ("channel", "phone")}


def test_a_planted_regression_of_three_points_is_found() -> None:
    """Of 2,000 rows 60 get worse beyond a churn of 1 % each way: power in simulation above 95 %."""
    found, runs = 0, 60
    for seed in range(runs):
        random = np.random.default_rng(seed)
        first = answers(0.9, random)
        right = np.array([one.intent == "surrender" for one in first])
        second = worsened(first, 0.03, random)
        after = np.array([one.intent == "surrender" for one in second])
        assert after.mean() - right.mean() == pytest.approx(-0.03)
        if seed < 2:  # the whole way, which is slower
            paired = pairing(first, second)
            metric = compare_means(paired.cases, *paired.rows, paired.weights)[0]
            assert metric.name == RIGHT
            assert metric.verdict == "worse"
            assert metric.difference.high is not None and metric.difference.high < 0
        found += mcnemar(after & ~right, right & ~after, np.arange(ROWS)) < 0.05
    assert found / runs > 0.95


def test_lower_is_better_where_it_is() -> None:
    first = [result(case(id=str(i), text=str(i))) for i in range(100)]
    second = [
        replace(one, action="handoff", reason="uncertain") if i < 30 else one for i, one in enumerate(first)
    ]
    (found,) = compare_runs(pairing(first, second))
    rate = found.metric("needless_handoff_rate")
    assert (rate.verdict, rate.better, rate.worse) == ("worse", 0, 30)
    assert rate.difference.value == pytest.approx(0.3)
    assert [one.change for one in found.changes] == ["worse"] * 30


def test_changed_rows_are_sorted_by_what_they_are() -> None:
    of = [case(id=id_, text=id_, entry_ids=("surrender.x", "surrender.y")) for id_ in "abcd"]
    first = [result(one, entry_id="surrender.x") for one in of]
    first[1] = result(of[1], intent="claim_process", entry_id="claim_process.x")
    second = [result(one, entry_id="surrender.x") for one in of]
    second[0] = result(of[0], entry_id="surrender.y")
    second[2] = result(of[2], intent="claim_process", entry_id="claim_process.x")
    (found,) = compare_runs(pairing(first, second))
    assert [(row.before.case.id, row.change) for row in found.changes] == [
        ("c", "worse"),
        ("b", "better"),
        ("a", "neither"),
    ]


def test_weights_make_the_bootstrap_decide() -> None:
    first = [result(case(id=str(i), text=str(i), weight=1.0 + i % 2)) for i in range(60)]
    (found,) = compare_runs(pairing(first, first))
    assert found.metric(RIGHT).test == "bootstrap"
    assert found.metric(RIGHT).verdict == "equal"


class TestPairing:
    def test_other_data_is_refused(self) -> None:
        with pytest.raises(InvalidInputError, match="different data"):
            pairing([result(case(id="a"))], [result(case(id="b"))])
        with pytest.raises(InvalidInputError, match="other questions"):
            pairing([result(case(id="a", text="一"))], [result(case(id="a", text="二"))])

    def test_common_rows_count_and_the_rest_is_told(self) -> None:
        one = [result(case(id=i, text=i)) for i in "abc"]
        other = [result(case(id=i, text="?" if i == "c" else i)) for i in "bcd"]
        found = pairing(one, other)
        assert [of.id for of in found.cases] == ["b"]
        assert len(found.notes) == 3
        assert "another question" in found.notes[-1]

    def test_rows_that_were_labelled_anew_are_left_out(self) -> None:
        one = [result(case(id="a")), result(case(id="b"))]
        other = [result(case(id="a", intents=("claim_process",)), intent="claim_process"), one[1]]
        found = pairing(one, other)
        assert [of.id for of in found.cases] == ["b"]
        assert found.notes == ("1 rows were labelled anew between the runs; they were left out.",)
        assert [of.id for of in found.relabelled] == ["a"]
        console = Console(width=200, record=True, file=io.StringIO())
        console.print(comparison_text(found, compare_runs(found)))
        assert f"labelled anew: a {one[0].case.text}" in console.export_text()
        told = json.loads(comparison_json(found, compare_runs(found)))
        assert told["relabelled"] == [{"id": "a", "text": one[0].case.text}]
