"""The report page holds what the report says, whole and escaped, and loads nothing."""

from __future__ import annotations

import json
import re

import pytest

from evaluation.reports.page import report_page
from evaluation.reports.page_data import Names, embedded_json
from evaluation.runner import evaluate_cases
from evaluation.types import Report, RunFacts
from tests.evaluation.builders import candidates, case, choices, reply

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>&\u2028"


def hostile_report() -> Report:
    cases = [
        case(id="1", text=f"{HOSTILE} 电话13800138000", tags=(HOSTILE,), channel="<b>"),
        case("handoff", ("human_agent",), id="2", history=("身份证11010519491231002X",)),
    ]
    facts = RunFacts(data=HOSTILE, command=f"baowen evaluate '{HOSTILE}'", where=(HOSTILE,))
    return evaluate_cases(
        cases,
        lambda of: reply("clarify", "surrender", "several_readings", choices=choices(HOSTILE)),
        facts=facts,
    )


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found
    value = json.loads(found[1])
    assert isinstance(value, dict)
    return value


def test_hostile_text_is_escaped_and_personal_data_masked() -> None:
    page = report_page(hostile_report(), Names(intents={"surrender": HOSTILE}))
    assert page.count("<script") == 2  # the data and the page's own
    assert "<img" not in page
    assert "<b>" not in page
    assert "13800138000" not in page
    assert "11010519491231002X" not in page
    assert "onerror" in json.dumps(data_of(page), ensure_ascii=False)


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = report_page(hostile_report())
    assert "default-src 'none'" in page
    assert not re.search(r'\b(src|href)="(?!#|data:,)', page)
    assert "url(" not in page
    assert "@import" not in page


def test_every_metric_stands_in_it_with_its_definition() -> None:
    report = hostile_report()
    page = report_page(report)
    for name in report.metrics:
        assert f'title="{name}"' in page
    rows = data_of(page)["rows"]
    assert isinstance(rows, list)
    assert len(rows) == len(report.kept.errors) + len(report.kept.right) == 2


def test_rows_without_answers_entries_or_weights() -> None:
    only = evaluate_cases(
        [case("decline", (), score_intent=False)], lambda of: reply("decline", "x", "vague")
    )
    page = report_page(only)
    assert "没有标条目" in page or "校准误差" in page
    assert "没有样本" in page


@pytest.mark.parametrize("text", ["<", "&amp;", "\u2028", "</script>", "-->", "]]>"])
def test_embedded_json_has_no_markup(text: str) -> None:
    embedded = embedded_json({"text": text})
    assert not set("<>&\u2028\u2029") & set(embedded)
    assert json.loads(embedded) == {"text": text}


def test_candidates_are_named_by_their_questions() -> None:
    report = evaluate_cases([case(id="1", entry_ids=("a.b",))], lambda of: reply("answer", "surrender"))
    entries = data_of(report_page(report, Names(entries={"a.b": "官方问题"})))["entries"]
    assert isinstance(entries, list)
    assert ["a.b", "官方问题"] in entries
    assert ["surrender.x", candidates("surrender.x")[0].question] in entries


def test_figures_of_the_curve_are_rounded_once() -> None:
    cases = [case("handoff" if number < 48 else "answer", id=str(number)) for number in range(211)]
    report = evaluate_cases(cases, lambda of: reply(of.action, "surrender"), facts=RunFacts(data="x"))
    curve = data_of(report_page(report, Names()))["curve"]
    assert isinstance(curve, list)
    shares = {figure for point in curve for figure in point[3:] if figure is not None}
    assert round(48 / 211, 8) in shares
    costs = [round(point.cost, 8) for point in report.curve.points]
    assert any(cost != round(cost, 4) for cost in costs)
    assert [point[1] for point in curve] == costs
