"""Follow-ups that are due are found, opened and recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.desk import Customer
from tests.browser.desk.site import Colleague, Opened

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser


def _due(page: Page) -> Locator:
    page.get_by_role("group", name="队列").get_by_role("button", name="回访").click()
    return page.get_by_role("list", name="到期的回访").get_by_role("listitem")


def test_a_follow_up_is_opened_and_recorded(opened: Opened, resolved_claim: Customer, number: str) -> None:
    page = opened()
    mine = _due(page).filter(has_text=number)
    mine.get_by_role("button", name="打开").click()
    page.locator(".message.customer", has_text=resolved_claim.id[:8]).wait_for()
    mine.get_by_role("button", name="记录").click()
    dialog = page.get_by_role("dialog", name="记录回访")
    dialog.get_by_text("理赔").first.wait_for()
    dialog.get_by_role("button", name="保存").click()
    dialog.get_by_role("alert").get_by_text("空着的内容").wait_for()
    dialog.get_by_label("没有解决").check()
    dialog.get_by_label("客户的话").fill("材料还差一份")
    dialog.get_by_role("button", name="保存").click()
    page.get_by_text(f"请重新打开工单 {number}").wait_for()
    mine.wait_for(state="detached")
    page.get_by_role("button", name="重新打开").wait_for()


def test_the_customers_own_rating_takes_it_off_the_list(
    opened: Opened, resolved_claim: Customer, number: str
) -> None:
    page = opened()
    mine = _due(page).filter(has_text=number)
    mine.wait_for()
    resolved_claim.post("rating", {"score": 5, "resolved": True})
    mine.wait_for(state="detached")


def test_what_a_colleague_recorded_is_told(
    opened: Opened, resolved_claim: Customer, number: str, wang: Colleague
) -> None:
    page = opened()
    _due(page).filter(has_text=number).get_by_role("button", name="记录").click()
    (done,) = [one for one in wang.ask("GET", "/follow-ups") if one["number"] == number]
    wang.ask("POST", f"/follow-ups/{done['id']}/done", {"outcome": "solved"})
    dialog = page.get_by_role("dialog", name="记录回访")
    dialog.get_by_label("没有联系上").check()
    dialog.get_by_role("button", name="保存").click()
    dialog.get_by_role("alert").get_by_text("已经回复了这次回访").wait_for()


def test_a_list_that_cannot_be_loaded_says_so_and_can_be_tried_again(opened: Opened) -> None:
    page = opened("sun")
    page.route("**/v1/follow-ups", lambda route: route.fulfill(status=503, json={}))
    page.get_by_role("group", name="队列").get_by_role("button", name="回访").click()
    page.get_by_role("alert").get_by_role("button", name="重试").wait_for()
    page.unroute("**/v1/follow-ups")
    page.get_by_role("button", name="重试").click()
    page.get_by_text("现在没有到期的回访").wait_for()
    page.get_by_role("group", name="队列").get_by_role("button", name="已解决").click()
    page.get_by_text("还没有解决过工单").wait_for()
