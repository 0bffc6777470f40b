"""Tickets are taken, passed on, and commented on."""

from __future__ import annotations

import pytest

from tests.browser.desk.site import Colleague, Opened, row, row_of, take, waiting_customer

pytestmark = pytest.mark.browser


def test_of_two_agents_one_gets_the_ticket_and_the_other_is_told(opened: Opened, address: str) -> None:
    first, second = opened("li"), opened("wang")
    waiting_customer(address, "乙客户：理赔材料有哪些")
    for page in (first, second):
        row(page, "乙客户").click()
        page.get_by_role("button", name="接入", exact=True).wait_for()
    first.get_by_role("button", name="接入", exact=True).click()
    first.get_by_label("回复客户").wait_for()
    second.locator(".head").get_by_text("李莉").wait_for()
    assert not second.get_by_label("回复客户").is_visible()


def test_a_note_stays_among_colleagues_and_a_transfer_leaves_the_hand(opened: Opened, address: str) -> None:
    page = opened()
    customer = waiting_customer(address, "癸客户：发票开错了")
    take(page, "癸客户")
    page.keyboard.press("Alt+b")
    note = page.get_by_role("dialog", name="添加备注")
    note.get_by_role("button", name="保存备注").click()
    note.get_by_role("alert").get_by_text("空着的内容").wait_for()
    note.get_by_label("备注").fill("客户很着急")
    note.get_by_role("button", name="保存备注").click()
    page.locator("#about").get_by_text("客户很着急").wait_for()
    assert "客户很着急" not in str(customer.messages())
    page.keyboard.press("Alt+t")
    transfer = page.get_by_role("dialog", name="转给其他队列")
    transfer.get_by_label("队列").select_option("收付费")
    transfer.get_by_label("原因").fill("发票归收付费")
    transfer.get_by_role("button", name="转队列").click()
    transfer.wait_for(state="hidden")
    page.get_by_label("回复客户").wait_for(state="hidden")
    page.locator(".head").get_by_text("收付费").wait_for()


def test_keys_open_help(opened: Opened) -> None:
    page = opened()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="快捷键").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="快捷键").wait_for(state="detached")


def test_the_next_is_taken_by_a_key_once_one_takes_customers(
    opened: Opened, address: str, wang: Colleague
) -> None:
    first, second = (waiting_customer(address, f"庚客户{number}：有人吗") for number in (1, 2))
    tickets = [wang.ticket_of(customer) for customer in (first, second)]
    for ticket in tickets:
        wang.do(ticket, "transfer", {"queue": "presale", "reason": "投保"})
    page = opened("sun")
    row_of(page, tickets[1]).wait_for()
    page.keyboard.press("Alt+n")
    page.get_by_role("dialog", name="开始接待").get_by_role("button", name="开始接待并接入").click()
    page.locator(".message.customer", has_text="庚客户1").wait_for()
    field = page.get_by_label("回复客户")
    assert field.evaluate("field => field === document.activeElement")
    assert page.get_by_label("接待中 1/3").is_checked()
    page.get_by_role("button", name="接入下一位").click()
    page.locator(".message.customer", has_text="庚客户2").wait_for()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.keyboard.down("Alt")
    page.keyboard.down("n")
    page.get_by_text("您的队列里现在没有客户在等待。").wait_for()
    page.locator("#next:enabled").wait_for()
    page.keyboard.down("n")  # held down: the same key again
    page.locator("#next:enabled").wait_for()
    assert len([url for url in asked if url.endswith("/tickets/next")]) == 1
    for key in ("n", "Alt"):
        page.keyboard.up(key)
    assert "孙悦" in str(first.messages())


def test_a_resolved_ticket_is_found_and_reopened(opened: Opened, address: str, wang: Colleague) -> None:
    page = opened("wang")
    ticket = wang.ticket_of(waiting_customer(address, "丑客户：保单寄到哪里"))
    take(page, "丑客户")
    page.keyboard.press("Alt+e")
    dialog = page.get_by_role("dialog", name="解决工单")
    dialog.get_by_label("不适用").check()
    dialog.get_by_role("button", name="解决", exact=True).click()
    row(page, "丑客户").wait_for(state="detached")
    page.get_by_role("group", name="队列").get_by_role("button", name="已解决").click()
    page.get_by_role("list", name="我最近解决的工单").get_by_role("button", name=ticket["number"]).click()
    page.get_by_role("button", name="重新打开").click()
    dialog = page.get_by_role("dialog", name="重新打开工单")
    dialog.get_by_role("button", name="重新打开").click()
    dialog.get_by_role("alert").get_by_text("空着的内容").wait_for()
    dialog.get_by_label("原因").fill("客户来电，还没收到")
    dialog.get_by_role("button", name="重新打开").click()
    page.get_by_role("button", name="接入", exact=True).wait_for()
    page.get_by_role("group", name="队列").get_by_role("button", name="全部").click()
    row_of(page, ticket).wait_for()
