"""Running cases through an assistant, and the report that comes out."""

from __future__ import annotations

from dataclasses import astuple, replace

import pytest

from assistant.types import Reply
from evaluation.runner import evaluate_cases, run_cases
from evaluation.types import Case, RunFacts, Versions
from knowledge_base.errors import InvalidInputError
from tests.evaluation.builders import candidates, case, choices, reply

CASES = (
    case(id="1", text="怎么退保"),
    case(id="2", text="理赔能赔多少", intents=("claim_amount",)),
    case("handoff", ("human_agent",), id="3", text="转人工", queue="general"),
    case("decline", ("out_of_scope",), id="4", text="今天天气怎么样"),
)


def by_keyword(of: Case) -> Reply:
    """A whole, if simple, assistant: it goes by keywords."""
    if "人工" in of.text:
        return reply("handoff", "human_agent", "asked_for_person", queue="general", elapsed_ms=1.0)
    if "退保" in of.text:
        return reply("answer", "surrender", elapsed_ms=2.0)
    if "赔" in of.text:
        return reply("clarify", "claim_process", "several_readings", choices=choices("claim_amount"))
    return reply("decline", "out_of_scope", "not_insurance", elapsed_ms=3.0)


def test_results_keep_what_the_reply_says() -> None:
    first, second, third, _ = run_cases(CASES, by_keyword)
    assert first.case is CASES[0]
    assert (first.action, first.intent, first.entry_id, first.revision) == (
        "answer",
        "surrender",
        "surrender.x",
        2,
    )
    assert first.versions == Versions("kb7", "b3", "t1")
    assert first.ranking[0] == ("surrender", 0.7)
    assert first.candidates == candidates("surrender.x", "a.b", "c.d", "e.f")
    assert first.text == "您好，可以申请退保。"
    assert second.choices == choices("claim_amount")
    assert (third.queue, third.reason, third.elapsed_ms) == ("general", "asked_for_person", 1.0)


def test_progress_after_every_row() -> None:
    seen: list[tuple[int, int]] = []
    run_cases(CASES, by_keyword, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_error_names_its_row() -> None:
    def broken(of: Case) -> Reply:
        raise RuntimeError("no model")

    with pytest.raises(RuntimeError) as caught:
        run_cases(CASES, broken)
    assert caught.value.__notes__ == ["while evaluating the row with id '1'"]


def test_report() -> None:
    facts = RunFacts(data="test.jsonl", data_hash="ab")
    report = evaluate_cases(CASES, by_keyword, facts=facts)
    assert report.n == 4
    assert replace(report.facts, prices=None) == facts
    assert report.unweighted is None
    assert report.metrics["handoff_rate"].value == 0.25
    assert report.metrics["intent_accuracy"].value == 0.75
    assert report.metrics["queue_accuracy"].value == 1.0
    assert report.metrics["choice_hit_rate"].value == 1.0
    assert report.handoff_split.requested == 0.25
    assert astuple(report.latency) == pytest.approx((2.5, 12.215))
    assert [(c.truth, c.predicted) for c in report.confusions] == [("claim_amount", "claim_process")]
    assert report.versions == (Versions("kb7", "b3", "t1"),)


def test_mix_weights_the_metrics_and_keeps_the_plain_ones() -> None:
    report = evaluate_cases(CASES, by_keyword, {"handoff": 0.08, "decline": 0.06})
    assert report.metrics["handoff_rate"].value == pytest.approx(0.08)
    assert report.metrics["clarify_rate"].value == pytest.approx(0.43)
    assert report.handoff_split.requested == pytest.approx(0.08)
    assert report.unweighted is not None
    assert report.unweighted["handoff_rate"].value == 0.25
    assert report.mix == {"handoff": 0.08, "decline": 0.06}


def test_weights_of_rows_show_the_plain_figures_too() -> None:
    cases = [case(id="1", weight=3.0), case("handoff", id="2", text="转人工")]
    report = evaluate_cases(cases, by_keyword)
    assert report.metrics["handoff_rate"].value == 0.25
    assert report.unweighted is not None
    assert report.unweighted["handoff_rate"].value == 0.5


def test_no_rows() -> None:
    with pytest.raises(InvalidInputError, match="no rows to evaluate"):
        evaluate_cases([], by_keyword)


def test_a_wrong_mix_is_found_before_the_run() -> None:
    def never(of: Case) -> Reply:
        raise AssertionError("must not run")

    with pytest.raises(InvalidInputError, match="no row is of that kind"):
        evaluate_cases(CASES[:2], never, {"handoff": 0.1})
