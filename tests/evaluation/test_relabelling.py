"""Runs judged by what people decided after them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.compare import compare_runs
from evaluation.costs import Prices
from evaluation.paired_metrics import RIGHT
from evaluation.pairing import Pairing, pair_decided
from evaluation.predictions import prediction_line, write_predictions
from evaluation.relabelling import Decided, asked_of
from evaluation.reports.comparison import comparison_json
from evaluation.runs import read_run
from evaluation.types import Case, CaseResult
from tests.evaluation.builders import candidates, case, read, result

ONE = case(id="1", text="怎么退保，电话13800138000", entry_ids=("surrender.a", "surrender.b"))
TWO = case(id="2", text="要找人", action="handoff", intents=("human_agent",), queue="claims")
THREE = case(id="3", text="理赔多久", intents=("claim_process",))


def paired(
    tmp_path: Path, first: list[CaseResult], second: list[CaseResult], decided: dict[Case, Decided]
) -> Pairing:
    for name, side in (("a", first), ("b", second)):
        write_predictions(tmp_path / f"{name}.jsonl", side)
    runs = [read_run(tmp_path / f"{name}.jsonl", read) for name in "ab"]
    return pair_decided(runs, {asked_of(of): truth for of, truth in decided.items()}, Prices(wrong_answer=7))


def test_rows_are_judged_in_both_runs_by_what_was_decided(tmp_path: Path) -> None:
    first = [
        result(ONE, entry_id="surrender.a"),
        result(TWO, action="handoff", queue="claims"),
        result(THREE),
    ]
    second = [
        result(ONE, action="handoff", intent="claim_process", queue="general"),
        *first[1:],
    ]
    truth = Decided("labels", "handoff", ("claim_process",), "general", ())
    before = paired(tmp_path, first, second, {})
    assert [compare_runs(before)[0].metric(RIGHT).better, before.decided] == [0, ()]
    assert compare_runs(before)[0].metric(RIGHT).worse == 1

    found = paired(tmp_path, first, second, {ONE: truth})
    (compared,) = compare_runs(found)
    assert (compared.metric(RIGHT).better, compared.metric(RIGHT).worse) == (1, 0)
    assert [one.id for one in found.decided] == ["1"]
    assert found.notes[0].startswith("people decided what is right of 1 rows (1 by labels); 1 of them were")
    assert [row.saved.faults for row in (found.rows[0][0], found.rows[1][0])] == [
        ("missed_handoff", "wrong_answer", "wrong_intent"),
        (),
    ]
    told = json.loads(comparison_json(found, (compared,)))
    assert [one["id"] for one in told["decided"]] == ["1"] and "13800138000" not in json.dumps(told)


def test_a_row_that_is_judged_anew_scores_as_if_it_had_been_labelled_so(tmp_path: Path) -> None:
    """All but what the three kept candidates do not tell, and the price is the one in force."""
    decided = Decided("labels", "answer", ("claim_process",), None, ("claim_process.x",))
    made = result(THREE, candidates=candidates("claim_process.x"))
    (row,) = paired(tmp_path, [made], [made], {THREE: decided}).rows[0]
    wanted = prediction_line(result(decided.labelled(THREE), candidates=candidates("claim_process.x")))
    scores = dict(wanted["scores"])  # type: ignore[call-overload]
    for name in ("hit_at_10", "mrr", "ndcg_at_10"):
        del scores[name]
    assert row.saved.scores == scores | {"cost_per_row": 7.0}
    assert list(row.saved.faults) == wanted["faults"]


def test_a_row_that_was_labelled_anew_between_the_runs_is_compared_again(tmp_path: Path) -> None:
    later = case(id="3", text="理赔多久", intents=("claim_amount",))
    runs = (
        [result(THREE, intent="claim_amount"), result(TWO)],
        [result(later, intent="claim_amount"), result(TWO)],
    )
    truth = Decided("labels", "answer", ("claim_amount",))
    assert [one.id for one in paired(tmp_path, *runs, {}).relabelled] == ["3"]
    found = paired(tmp_path, *runs, {THREE: truth})
    assert (found.relabelled, [one.id for one in found.decided], len(found.cases)) == ((), ["3"], 2)
    assert found.rows[0][0].right and found.rows[1][0].right


@pytest.mark.parametrize(
    ("of", "decided", "stays"),
    [
        (ONE, Decided("labels", "answer", ("surrender",), None, ("surrender.a", "surrender.b")), True),
        (ONE, Decided("labels", "answer", ("surrender",), None, ("surrender.a",)), False),
        (ONE, Decided("audit", "answer", ("surrender",), None, ("surrender.b",)), True),
        (ONE, Decided("audit", "answer", ("surrender",), None, ("surrender.c",)), False),
        (TWO, Decided("labels", "handoff", ("human_agent",), None, ()), True),
        (TWO, Decided("labels", "handoff", ("human_agent",), "general", ()), False),
        (TWO, Decided("audit", "handoff"), True),
        (TWO, Decided("audit", "decline", None, None, ()), False),
        (THREE, Decided("labels", "clarify", ()), False),
    ],
)
def test_what_says_the_same_relabels_nothing(tmp_path: Path, of: Case, decided: Decided, stays: bool) -> None:
    side = [result(of, candidates=candidates("surrender.a"))]
    found = paired(tmp_path, side, side, {of: decided})
    assert [one.id for one in found.decided] == ([] if stays else [of.id])
    assert found.notes[0].startswith("people decided what is right of 1 rows")


def test_another_question_of_the_same_id_is_left_alone(tmp_path: Path) -> None:
    for other in (case(id="3", text="别的"), case(id="3", text="理赔多久", channel="phone")):
        found = paired(tmp_path, [result(THREE)], [result(THREE)], {other: Decided("labels", "decline", ())})
        assert (found.decided, "of 0 rows;" in found.notes[0]) == ((), True)


def test_what_nobody_said_stays() -> None:
    kept = Decided("audit", "decline", None, None, ()).labelled(TWO)
    assert (kept.action, kept.intents, kept.queue, kept.entry_ids) == ("decline", ("human_agent",), None, ())
    vague = Decided("labels", "clarify", ()).labelled(THREE)
    assert (vague.intents, vague.score_intent, vague.entry_ids) == ((), False, None)
