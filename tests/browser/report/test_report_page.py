"""An analyst reads a report, tries thresholds, follows a confusion to its questions, filters rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.case_replies import reply_for
from api.evaluation_run import names_of
from api.labelled_rows import open_labelled
from api.services import Services
from evaluation.reports.page import report_page
from evaluation.runner import evaluate_cases
from evaluation.types import Report, RunFacts
from tests.browser.everybody import require_for_everybody

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROWS = Path(str(files("evaluation"))) / "datasets" / "test.jsonl"
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">怎么退保"
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def report(services: Services) -> Report:
    """Every ninth of the shipped test questions, one of them hostile, answered by the real assistant."""
    cases = [case for number, case in enumerate(open_labelled(ROWS)) if number % 9 == 0]
    cases[0] = replace(cases[0], text=HOSTILE, intents=("claim_amount",), entry_ids=("claim_amount.x",))
    facts = RunFacts(data="测试.jsonl", thresholds=services.bundle.thresholds, command="baowen evaluate")
    return evaluate_cases(cases, reply_for(services), facts=facts)


@pytest.fixture(scope="module")
def address(report: Report, services: Services, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page as a file."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_page(report, names_of(services)), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(params=[(PHONE, "dark"), (DESKTOP, "light")], ids=["phone-dark", "desktop-light"])
def page(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The opened page; its own faults and any request elsewhere fail the test."""
    viewport, scheme = request.param
    context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("request", lambda asked: None if asked.url in (address, "data:,") else faults.append(asked.url))
    page.goto(address)
    page.wait_for_selector("html[data-ready]")
    yield page
    context.close()
    assert faults == []


def test_reading_trying_and_finding(page: Page, report: Report) -> None:
    require_for_everybody(page)
    assert page.title() == "评测报告：测试.jsonl"
    _tries_thresholds(page, report)
    _follows_a_confusion(page, report)
    _filters(page, report)
    _sorts(page, report)
    require_for_everybody(page)


_SHIFTED_HEADS = """(matrix) => {
  const rows = [...matrix.querySelectorAll("tr")].map((row) => [...row.cells]);
  const left = (cell) => cell.getBoundingClientRect().left;
  return rows[0].filter((head, place) => place && Math.abs(left(head) - left(rows[1][place])) > 1).length;
}"""
"""Heads of columns that do not stand over them."""


def _tries_thresholds(page: Page, report: Report) -> None:
    slider, told = page.get_by_label("试一个回答阈值"), page.locator("#what-if dd")
    for cut in (0, 50, 97):
        slider.fill(str(cut))
        point = report.curve.points[cut]
        assert page.locator("#cut-value").inner_text() == f"{cut / 100:.2f}"
        figures = (point.accuracy, point.coverage, point.answered_share)
        for place, metric in enumerate((*figures, point.handoff_rate, point.effective_handoff_rate)):
            shown = "–" if metric.value is None else _percent(metric.value)
            assert (told.nth(place).text_content() or "").split()[0] == shown
    slider.press("ArrowLeft")  # by keyboard
    assert page.locator("#cut-value").inner_text() == "0.96"


def _percent(share: float) -> str:
    """Return a share as pages write it: an exact half of the last digit goes up (ECMA-262, toFixed)."""
    return f"{Decimal(100 * share).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def _follows_a_confusion(page: Page, report: Report) -> None:
    most = report.confusions[0]
    page.get_by_label("显示").select_option("0")
    cells = page.locator("#matrix button")
    assert cells.count() == len(report.confusions)
    assert page.locator("#matrix").evaluate(_SHIFTED_HEADS) == 0
    cell = next(one for one in cells.all() if one.text_content() == str(most.count))
    label = cell.get_attribute("aria-label") or ""
    cell.press("Enter")
    assert page.locator("#found").inner_text().startswith(f"找到 {most.count} 条")
    assert page.locator("#list > li").count() == most.count
    assert label.endswith(f"{most.count} 行，查看问题")
    assert page.evaluate("document.activeElement.name") == "text"


def _filters(page: Page, report: Report) -> None:
    page.get_by_role("button", name="清除条件").click()
    rows, found = page.locator("#list > li"), page.locator("#found")
    errors = report.kept.error_count
    assert found.inner_text() == f"找到 {errors} 条，显示 {min(50, errors)} 条"
    page.get_by_label("查找").fill("<script>")
    assert found.inner_text().startswith("找到 1 条")
    assert rows.first.locator(".question").text_content() == HOSTILE
    assert page.locator("#list img, #list script").count() == 0
    page.get_by_label("查找").fill("没有这样的问题")
    assert "没有符合条件的行" in found.inner_text()
    page.get_by_role("button", name="清除条件").click()
    page.get_by_label("对错").select_option("right")
    assert found.inner_text().startswith(f"找到 {report.kept.right_count} 条")
    if report.kept.right_count > 50:
        page.get_by_role("button", name="再看 50 条").click()
        assert rows.count() == min(100, report.kept.right_count)
    page.get_by_label("对错").select_option("")
    page.locator("select[name=slice]").select_option(label="渠道：web")
    assert found.inner_text().startswith(f"找到 {report.n} 条")


def _sorts(page: Page, report: Report) -> None:
    page.get_by_role("button", name="行数").click()
    support = page.locator("table.sortable tbody tr td:nth-child(2)").all_text_contents()
    assert list(map(int, support)) == sorted((score.support for score in report.intents), reverse=True)
    assert (page.locator("table.sortable th[aria-sort]").text_content() or "").startswith("行数")


def test_it_prints_without_its_controls(page: Page) -> None:
    page.emulate_media(media="print")
    assert page.locator("nav, #filters, .explorer, #more").filter(visible=True).count() == 0
    assert page.locator(".tile, .chart, #intents table, #slices table").first.is_visible()
    scrolling = "(all) => all.filter((one) => getComputedStyle(one).overflow !== 'visible').length"
    assert page.locator(".scroll").evaluate_all(scrolling) == 0
    assert len(page.pdf()) > 50_000
