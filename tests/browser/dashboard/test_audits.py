"""A sample is drawn, judged by keyboard, and becomes the accuracy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.dashboard.conftest import Opened
from tests.browser.desk.site import PHONE
from tests.browser.everybody import require_for_everybody

pytestmark = pytest.mark.browser


def test_a_sample_is_drawn_and_judged_by_keyboard(opened: Opened) -> None:
    page = opened(path="/dashboard#/audits")
    page.get_by_text("还没有抽样").wait_for()
    page.get_by_text("没有需要您判断的回答").wait_for()
    page.get_by_role("button", name="抽样…").click()
    dialog = page.get_by_role("dialog", name="抽样")
    dialog.get_by_label("想要的精度").select_option("±5 个百分点")
    dialog.get_by_text("条中要抽").wait_for()
    dialog.get_by_role("button", name="抽样").click()
    page.get_by_text("判完 0 条").wait_for()
    asked = page.locator(".asked")
    seen = []
    for key in ("1", "4", "0"):
        asked.wait_for()
        seen.append(asked.inner_text())
        with page.expect_response("**/v1/audits/next**"):
            page.keyboard.press(key)
        page.wait_for_function("() => document.querySelector('.work').getAttribute('aria-busy') === null")
    page.get_by_text("您判了 2 条").wait_for()
    asked.wait_for()
    page.keyboard.press("2")
    chosen = page.get_by_role("dialog", name="应当用哪一条？")
    chosen.get_by_role("radio").first.check()
    chosen.get_by_role("button", name="就用这一条").click()
    page.get_by_text("您判了 3 条").wait_for()
    page.get_by_text("自动回答准确率").first.wait_for()
    page.get_by_role("link", name="指标").click()
    page.locator("body[data-ready]").wait_for()
    accuracy = page.locator('[data-measure="answer_accuracy"]')
    accuracy.get_by_text("数据太少").wait_for()


def test_another_judges_other_answers_and_the_page_is_for_everybody(opened: Opened) -> None:
    for scheme in ("light", "dark"):
        screen: dict[str, Any] = {**PHONE, "color_scheme": scheme}
        page = opened("wu", path="/dashboard#/audits", bypass_csp=True, **screen)
        page.locator(".asked").wait_for()
        require_for_everybody(page)
    page.get_by_role("button", name="1 正确").click()
    page.get_by_text("您判了 1 条").wait_for()
    with page.expect_download() as got:
        page.get_by_role("button", name="导出校准数据").click()
    assert got.value.suggested_filename.endswith(".jsonl")
