"""The report for a terminal shows figures beside targets."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from evaluation.online.targets import read_targets
from evaluation.reports.page import report_page
from evaluation.reports.targets import run_targets, shipped_targets
from evaluation.reports.text import print_report
from evaluation.runner import evaluate_cases
from evaluation.types import Metric, Report, RunFacts
from tests.evaluation.builders import case, reply

FACTS = RunFacts(
    data="[bold]数据[/bold].jsonl", data_hash="0123456789abcdef", where=("view=look", "tags=real")
)


def report(mix: bool = False) -> Report:
    cases = [case(id=str(i)) for i in range(8)] + [case("handoff", ("human_agent",), id="h")]
    cases.append(case(id="wrong", intents=("claim_amount",)))
    return evaluate_cases(
        cases,
        lambda of: reply(of.action, of.intent if of.id != "wrong" else "surrender", "complaint"),
        {"handoff": 0.08} if mix else None,
        facts=FACTS,
    )


def printed(what: Report, width: int = 140) -> str:
    out = io.StringIO()
    print_report(what, Console(file=out, width=width))
    return out.getvalue()


def line_of(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if f" {name} " in line)


def test_figures_and_targets() -> None:
    text = printed(report())
    accuracy = line_of(text, "auto_answer_accuracy")
    assert "88.9 %" in accuracy
    assert ">= 85 %" in accuracy
    assert "too few rows to tell" in accuracy
    assert "<= 15 %" in line_of(text, "handoff_rate")
    assert "–" in line_of(text, "decline_recall")
    assert "unweighted" not in text
    assert "12.5 ms" in text


def test_facts_are_printed_as_they_are() -> None:
    text = printed(report())
    assert "10 rows of [bold]数据[/bold].jsonl" in text
    assert "where view=look and tags=real" in text
    assert "data 0123456789ab" in text


def test_confused_intents() -> None:
    text = printed(report())
    assert "Confused intents" in text
    confused = text.partition("Confused intents")[2]
    assert "claim_amount" in confused
    assert "surrender" in confused


def test_mix_prints_both_figures() -> None:
    text = printed(report(mix=True))
    handoff = line_of(text, "handoff_rate")
    assert "8.0 %" in handoff
    assert "10.0 %" in handoff
    assert "weighted to the mix handoff 8.0%" in text


def test_many_confusions_are_cut_and_counted() -> None:
    cases = [case(id=str(i), intents=(f"i{i}",)) for i in range(18)]
    assert "and 3 rarer pairs" in printed(evaluate_cases(cases, lambda of: reply("answer", "surrender")))


def test_narrow_terminals() -> None:
    text = printed(report(), width=60)
    assert max(len(line) for line in text.splitlines()) <= 60


@pytest.mark.parametrize(
    ("name", "value", "low", "high", "verdict"),
    [
        ("auto_answer_accuracy", 0.9, 0.86, 0.95, "met"),
        ("auto_answer_accuracy", 0.9, 0.84, 0.95, "undecided"),
        ("auto_answer_accuracy", 0.8, 0.7, 0.86, "undecided"),
        ("auto_answer_accuracy", 0.8, 0.7, 0.84, "missed"),
        ("handoff_rate", 0.15, 0.1, 0.15, "met"),
        ("handoff_rate", 0.1, 0.05, 0.2, "undecided"),
        ("effective_handoff_rate", 0.3, 0.2, 0.4, "missed"),
        ("handoff_rate", None, None, None, "nothing"),
    ],
)
def test_verdicts(
    name: str, value: float | None, low: float | None, high: float | None, verdict: str
) -> None:
    assert shipped_targets().metrics[name].verdict(Metric(value, low, high, 10)) == verdict


def test_an_installations_own_targets_count(tmp_path: Path) -> None:
    own = "targets: {handoff: {at_most: 0.125, basis: x}, answer_accuracy: null, reply_time: null}"
    (tmp_path / "targets.yaml").write_text(own, encoding="utf-8")
    found = run_targets(read_targets(tmp_path))
    assert {name: str(target) for name, target in found.metrics.items()} == {
        "handoff_rate": "<= 12.5 %",
        "effective_handoff_rate": "<= 12.5 %",
    }
    assert found.reply_ms is None and shipped_targets().reply_ms == 30_000
    out = io.StringIO()
    print_report(report(), Console(file=out, width=200), found)
    assert "<= 12.5 %" in out.getvalue() and ">= 85 %" not in out.getvalue()
    page = report_page(report(), targets=found)
    assert "目标 ≤ 12.5%" in page and "目标 ≤ 30 秒" not in page
    assert "目标 ≤ 30 秒" in report_page(report())


def test_effective_handoff_may_have_a_target_of_its_own(tmp_path: Path) -> None:
    own = "targets: {handoff_effective: {at_most: 0.2, basis: x}}"
    (tmp_path / "targets.yaml").write_text(own, encoding="utf-8")
    found = run_targets(read_targets(tmp_path)).metrics
    assert (found["handoff_rate"].bound, found["effective_handoff_rate"].bound) == (0.15, 0.2)
