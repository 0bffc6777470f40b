"""The JSON report keeps the contract of ``evaluate --format json``."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from evaluation.reports.machine import report_json
from evaluation.row_scores import METRIC_NAMES
from evaluation.runner import evaluate_cases
from evaluation.types import RunFacts
from tests.evaluation.builders import case, reply

CASES = (case(id="1"), case("handoff", ("human_agent",), id="2"))
REPORT = evaluate_cases(
    CASES,
    lambda of: reply(of.action, of.intent, "complaint", elapsed_ms=4.0),
    {"handoff": 0.1},
    facts=RunFacts(data="测试.jsonl", data_hash="ab", where=("view=measure",)),
)


def loaded() -> dict[str, Any]:
    value = json.loads(report_json(REPORT))
    assert isinstance(value, dict)
    return value


def test_every_metric_with_its_interval() -> None:
    report = loaded()
    assert report["n"] == 2
    for name in METRIC_NAMES:
        assert set(report[name]) == {"value", "low", "high", "n"}
        assert set(report["unweighted"][name]) == {"value", "low", "high", "n"}
    assert report["auto_answer_accuracy"]["value"] == 1
    assert report["unweighted"]["handoff_rate"]["value"] == 0.5
    assert report["decline_recall"] == {"value": None, "low": None, "high": None, "n": 0}


def test_the_rest_of_the_contract() -> None:
    report = loaded()
    assert set(report["handoff_split"]) == {"requested", "policy", "uncertain"}
    assert abs(report["handoff_split"]["policy"] - 0.1) < 1e-9
    assert report["latency_ms"] == {"p50": 4.0, "p99": 4.0}
    assert report["mix"] == {"handoff": 0.1}
    assert report["run"]["data"] == "测试.jsonl"
    assert report["run"]["where"] == ["view=measure"]
    assert report["run"]["versions"] == [{"kb": "kb7", "bundle": "b3", "thresholds": "t1"}]
    assert report["intents"][0]["intent"] == "human_agent"
    assert report["confusions"] == []


def test_without_a_mix_there_are_no_unweighted_figures() -> None:
    assert json.loads(report_json(replace(REPORT, unweighted=None)))["unweighted"] is None
