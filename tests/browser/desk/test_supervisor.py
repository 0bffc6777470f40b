"""The supervisor's page."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest

from assistant.desk.tables import TicketRow
from assistant.desk.types import MAX_LEVEL
from tests.browser.desk.site import (
    Colleague,
    Opened,
    changed,
    on_every_screen,
    waiting_customer,
)
from tests.browser.everybody import require_for_everybody

pytestmark = pytest.mark.browser


def test_the_supervisor_sees_queues_and_agents_and_switches_off(opened: Opened, address: str) -> None:
    page = opened("zhao")
    page.get_by_role("link", name="督导台").click()
    page.get_by_role("table", name="队列").get_by_role("row", name="综合人工").wait_for()
    page.get_by_role("button", name="停用…").click()
    dialog = page.get_by_role("dialog", name="停用自动回答")
    dialog.get_by_label("告诉客户的话").fill("系统维护，由人工为您服务。")
    dialog.get_by_role("button", name="立即停用").click()
    page.get_by_text("全部渠道已停用").wait_for()
    try:
        desk = opened("li")
        desk.get_by_text("自动回答已停用").wait_for()
        assert desk.get_by_role("link", name="督导台").count() == 0
    finally:
        page.get_by_role("button", name="恢复").click()
        page.get_by_role("dialog").get_by_role("button", name="恢复").click()
    page.get_by_text("没有停用任何内容").wait_for()
    desk.get_by_text("自动回答已停用").wait_for(state="hidden")


def test_what_a_colleague_switched_off_meanwhile_stays_off(opened: Opened) -> None:
    first, second = opened("zhao"), opened("zhao")
    for page, scope in ((first, "微信"), (second, "App")):
        page.goto("/supervisor")
        page.get_by_text("没有停用任何内容").wait_for()
        page.get_by_role("button", name="停用…").click()
        page.get_by_role("dialog").get_by_label("范围").select_option(scope)
    try:
        for page, scope in ((second, "App"), (first, "微信")):
            page.get_by_role("dialog").get_by_role("button", name="立即停用").click()
            for one in (first, second):
                one.get_by_text(f"{scope}已停用").wait_for()
        assert second.get_by_text("App已停用").is_visible()
    finally:
        for scope in ("微信", "App"):
            line = first.locator("#off .notice", has_text=scope)
            line.get_by_role("button", name="恢复").click()
            first.get_by_role("dialog").get_by_role("button", name="恢复").click()
            line.wait_for(state="detached")


def test_who_does_not_supervise_is_told_so(opened: Opened, address: str) -> None:
    page = opened("li")
    page.goto("/supervisor")
    page.get_by_role("alert").get_by_text("没有这项权限").wait_for()


@on_every_screen
def test_the_supervisors_page_is_for_everybody(opened: Opened, screen: dict[str, Any]) -> None:
    page = opened("zhao", bypass_csp=True, **screen)
    page.goto("/supervisor")
    page.get_by_role("table", name="队列").get_by_role("row", name="综合人工").wait_for()
    require_for_everybody(page)
    page.get_by_role("button", name="停用…").click()
    page.get_by_role("dialog").wait_for()
    require_for_everybody(page)


def test_what_is_late_is_downloaded_and_shown_by_queue(
    opened: Opened, address: str, home: Path, wang: Colleague
) -> None:
    customer = waiting_customer(address, "巳客户：等很久了")
    ticket = wang.ticket_of(customer)
    with changed(home) as session:
        row = session.get_one(TicketRow, ticket["id"])
        row.reply_by = row.created_at - dt.timedelta(hours=1)
        row.level = MAX_LEVEL  # else the keeper moves it up, with time to reply again
    page = opened("zhao")
    page.goto("/supervisor")
    late = page.get_by_role("table", name="超时与临近时限的工单").get_by_role("row", name=ticket["number"])
    late.wait_for()
    with page.expect_download() as got:
        page.get_by_role("button", name="下载超时明细").click()
    assert got.value.suggested_filename.startswith("breaches-")
    rows = csv.DictReader(io.StringIO(got.value.path().read_text("utf-8-sig")))
    assert ticket["number"] in {one["number"] for one in rows}
    page.get_by_role("combobox", name="队列").select_option("收付费")
    late.wait_for(state="detached")
    page.get_by_role("combobox", name="队列").select_option("综合人工")
    late.wait_for()
