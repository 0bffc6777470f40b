"""The desk by light and dark, on phone and desktop."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.desk import Customer, customer_at
from tests.browser.desk.site import (
    COMPLAINT,
    Colleague,
    Opened,
    on_every_screen,
    row,
    row_of,
    show_about,
    take,
    waiting_customer,
)
from tests.browser.everybody import require_for_everybody

pytestmark = pytest.mark.browser


@on_every_screen
def test_the_desk_is_for_everybody(opened: Opened, address: str, screen: dict[str, Any]) -> None:
    word = f"辛客户{screen['color_scheme']}{screen['viewport']['width']}"
    waiting_customer(address, f"{word}：我的手机号是13800138000，请回电")
    page = opened(bypass_csp=True, **screen)
    row(page, word).wait_for()
    require_for_everybody(page)
    take(page, word)
    page.locator(".message.customer").first.wait_for()
    require_for_everybody(page)
    show_about(page)
    require_for_everybody(page)
    assert "13800138000" not in page.content()


@on_every_screen
def test_a_complaint_is_for_everybody(
    opened: Opened, address: str, wang: Colleague, screen: dict[str, Any]
) -> None:
    customer = customer_at(address, COMPLAINT)
    page = opened("zhao", bypass_csp=True, **screen)
    row_of(page, wang.ticket_of(customer)).click()
    show_about(page)
    page.get_by_role("group", name="办理投诉").wait_for()
    require_for_everybody(page)
    page.get_by_role("button", name="受理并分类").click()
    page.get_by_role("dialog").get_by_label("类别").wait_for()
    require_for_everybody(page)


@on_every_screen
def test_what_comes_after_is_for_everybody(
    opened: Opened, resolved_claim: Customer, screen: dict[str, Any]
) -> None:
    page = opened("wang", bypass_csp=True, **screen)
    queues = page.get_by_role("group", name="队列")
    queues.get_by_role("button", name="回访").click()
    page.get_by_role("list", name="到期的回访").wait_for()
    require_for_everybody(page)
    page.get_by_role("button", name="记录").first.click()
    page.get_by_role("dialog").wait_for()
    require_for_everybody(page)
    page.keyboard.press("Escape")
    queues.get_by_role("button", name="已解决").click()
    page.get_by_role("list", name="我最近解决的工单").wait_for()
    require_for_everybody(page)
