"""Figures, their definitions and rows, filters in the address, files, staffing."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from benchmarks.traffic import Month
from evaluation.online.definitions import DEFINITIONS
from tests.browser.dashboard.conftest import Opened
from tests.browser.desk.site import on_every_screen
from tests.browser.everybody import require_for_everybody

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

_SHIFTS = """() => { window.shifted = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shifted += one.value; }))
    .observe({ type: "layout-shift" }); }"""


def ready(page: Page) -> None:
    """Wait for the figures."""
    page.locator("body[data-ready]").wait_for()


def tile(page: Page, measure: str) -> Locator:
    """Return the tile of a measure."""
    return page.locator(f'[data-measure="{measure}"]')


def test_an_analyst_reads_filters_looks_closer_and_exports(opened: Opened, month: Month) -> None:
    page = opened()
    ready(page)
    assert page.locator("[data-measure]").count() == len(DEFINITIONS)
    handoff = tile(page, "handoff")
    assert "目标 ≤ 15%" in handoff.inner_text() and "95% 区间" in handoff.inner_text()
    assert handoff.locator(".verdict").inner_text().split()[-1] in ("达标", "未达标", "尚不能判定")
    assert "不设目标" in tile(page, "handoff_elderly").inner_text()
    assert "尚无数据" in tile(page, "nps").inner_text()
    assert "95% 区间" in tile(page, "nps_score").inner_text()
    assert handoff.locator("svg .dot").count() > 7

    handoff.get_by_role("button", name="定义与明细").click()
    dialog = page.get_by_role("dialog", name="转人工率")
    dialog.get_by_text("一个会话的一天").wait_for()
    dialog.locator(".row-list li").first.wait_for()
    dialog.get_by_text("每日数值").click()
    dialog.get_by_role("table", name="转人工率每日").wait_for()
    page.keyboard.press("Escape")

    everything = tile(page, "answered").locator(".interval").inner_text()
    page.get_by_label("渠道", exact=True).select_option("微信")
    page.wait_for_url("**channel=wechat**")
    page.wait_for_function(
        "(before) => document.querySelector('[data-measure=answered] .interval').textContent !== before",
        arg=everything,
    )
    filtered = tile(page, "answered").locator(".interval").inner_text()
    page.reload()
    ready(page)
    assert tile(page, "answered").locator(".interval").inner_text() == filtered
    assert page.get_by_label("渠道", exact=True).input_value() == "wechat"
    with page.expect_download() as got:
        page.get_by_role("button", name="导出 CSV").click()
    rows = {row["指标"]: row for row in csv.DictReader(io.StringIO(got.value.path().read_text("utf-8-sig")))}
    assert f"{int(rows['自动回答占比']['样本数']):,}" in filtered
    with page.expect_download() as got:
        page.get_by_role("button", name="导出 Excel").click()
    assert openpyxl.load_workbook(io.BytesIO(got.value.path().read_bytes())).sheetnames == ["指标", "每日"]
    page.go_back()
    page.wait_for_function(
        "(before) => document.querySelector('[data-measure=answered] .interval').textContent === before",
        arg=everything,
    )


def test_figures_refresh_by_themselves_and_nothing_moves(opened: Opened) -> None:
    page = opened()
    ready(page)
    page.clock.install()
    page.reload()
    ready(page)
    page.evaluate(_SHIFTS)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="转人工率：定义与明细", exact=True).focus()
    with page.expect_response("**/v1/measures"):
        page.clock.fast_forward(31_000)
    page.clock.run_for(1000)
    assert page.evaluate("window.shifted") == 0
    focused = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert focused == "转人工率：定义与明细"
    assert any(url.endswith("/v1/measures/topics") for url in asked)


def test_a_failure_is_told_and_mended(opened: Opened) -> None:
    page = opened()
    ready(page)
    away = {"error": {"code": "storage"}}
    page.route("**/v1/measures?*", lambda route: route.fulfill(status=503, json=away))
    page.get_by_role("button", name="最近 7 天").click()
    page.get_by_role("alert").get_by_text("暂时无法读写").wait_for()
    page.unroute("**/v1/measures?*")
    page.get_by_role("button", name="重试").click()
    page.get_by_role("alert").wait_for(state="hidden")


def test_how_many_people_are_needed(opened: Opened) -> None:
    page = opened()
    page.get_by_role("link", name="人力测算").click()
    page.get_by_text("最忙的一小时要").wait_for()
    page.get_by_label("转人工率（%）").fill("40")
    page.get_by_role("button", name="测算").click()
    page.get_by_text("转人工率 40.0% 时").wait_for()
    assert page.get_by_role("table", name="各时段需要的人数").get_by_role("row").count() > 5


def test_who_reads_no_reports_is_told_so(opened: Opened) -> None:
    page = opened("li")
    page.get_by_role("alert").get_by_text("没有这项权限").wait_for()


@on_every_screen
def test_the_dashboard_is_for_everybody(opened: Opened, screen: dict[str, Any]) -> None:
    page = opened(bypass_csp=True, **screen)
    ready(page)
    require_for_everybody(page)
    page.get_by_role("button", name="首次解决率：定义与明细").click()
    page.get_by_role("dialog").locator(".rows > *").first.wait_for()
    require_for_everybody(page)
    page.keyboard.press("Escape")
    page.get_by_role("link", name="人力测算").click()
    page.get_by_text("最忙的一小时要").wait_for()
    require_for_everybody(page)
