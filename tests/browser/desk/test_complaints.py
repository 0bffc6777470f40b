"""A complaint goes its way at the desk: steps with time and person, the clock, more time once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.desk import customer_at
from tests.browser.desk.site import COMPLAINT, Colleague, Opened, row_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(address: str, wang: Colleague) -> dict[str, Any]:
    """The waiting ticket of a complaint."""
    return wang.ticket_of(customer_at(address, COMPLAINT))


@pytest.fixture
def complaint(opened: Opened, ticket: dict[str, Any]) -> Page:
    """The desk of an agent with the complaint in front."""
    page = opened()
    row_of(page, ticket).click()
    page.get_by_role("heading", name="投诉", exact=True).wait_for()
    return page


def _step(page: Page, name: str, label: str = "", text: str = "", **chosen: str) -> None:
    page.get_by_role("group", name="办理投诉").get_by_role("button", name=name).click()
    dialog = page.get_by_role("dialog", name=name)
    for field, option in chosen.items():
        dialog.get_by_label(field, exact=True).select_option(option)
    if label:
        dialog.get_by_label(label).fill(text)
    dialog.get_by_role("button", name=name).click()
    dialog.wait_for(state="detached")
    page.locator(".steps [data-done]", has_text=name).last.wait_for()


def _classify(page: Page, *, complicated: bool = False) -> None:
    page.get_by_role("button", name="受理并分类").click()
    dialog = page.get_by_role("dialog", name="受理并分类")
    dialog.get_by_role("button", name="受理并分类").click()
    dialog.get_by_role("alert").get_by_text("空着的内容").wait_for()
    dialog.get_by_label("原因").select_option("拒赔有争议")
    dialog.get_by_label("情况复杂").set_checked(complicated)
    dialog.get_by_role("button", name="受理并分类").click()
    dialog.wait_for(state="detached")
    page.locator(".steps [data-done]", has_text="受理并分类").wait_for()


def test_a_complaint_is_shown_and_goes_to_its_end(complaint: Page) -> None:
    page = complaint
    facts = page.locator(".complaint")
    facts.get_by_text("TS").first.wait_for()
    facts.get_by_text("处理期限：").wait_for()
    assert page.locator(".steps li").count() == 7
    assert page.locator(".steps [data-done]").count() == 1
    _classify(page)
    first = page.get_by_role("group", name="办理投诉").get_by_role("button").first
    assert first.evaluate("button => button === document.activeElement")
    assert "李莉" in page.locator(".steps [data-done]").last.inner_text()
    _step(page, "调查核实", "调查情况", "已调录音，电话13812345678")
    assert "13812345678" not in page.content()
    _step(page, "作出处理决定", "处理决定", "维持原决定")
    _step(page, "告知客户决定")
    _step(page, "征询满意度")
    _step(page, "结案", 客户的意见="满意")
    facts.get_by_text("满意", exact=True).wait_for()
    assert page.locator(".steps li:not([data-done])").count() == 0
    _step(page, "重新办理", "新的事实或理由", "客户补充了病历")
    facts.get_by_text("1 次").wait_for()
    assert page.locator(".steps li:not([data-done])").first.inner_text().startswith("受理并分类")


def test_the_clock_is_stopped_and_goes_on(complaint: Page) -> None:
    page = complaint
    _classify(page)
    _step(page, "暂停计时", 等待什么="调解")
    page.locator(".complaint").get_by_text("计时已暂停：等待调解").wait_for()
    buttons = page.get_by_role("group", name="办理投诉").get_by_role("button")
    assert buttons.all_inner_texts() == ["恢复计时", "客户撤回"]
    page.locator(".message.system", has_text="等待调解").wait_for()
    _step(page, "恢复计时")
    page.locator(".complaint").get_by_text("处理期限：").wait_for()


def test_more_time_is_given_once_by_a_supervisor_who_did_nothing_else(
    complaint: Page, opened: Opened
) -> None:
    _classify(complaint, complicated=True)
    deeds = complaint.get_by_role("group", name="办理投诉")
    assert deeds.get_by_role("button", name="延长期限").count() == 0
    complaint.get_by_text("请没有经办这件投诉的主管批准").wait_for()
    number = complaint.locator(".complaint dd").first.inner_text()
    boss = opened("zhao")
    boss.goto("/supervisor")
    boss.get_by_role("button", name=f"延长 {number} 的期限").click()
    dialog = boss.get_by_role("dialog", name="延长期限")
    dialog.get_by_label("延期的原因").fill("等待外地医院的回复")
    dialog.get_by_role("button", name="延长期限").click()
    boss.get_by_text(f"投诉 {number} 的期限已延长").wait_for()
    assert boss.get_by_role("button", name=f"延长 {number} 的期限").count() == 0
    complaint.locator(".steps [data-done]", has_text="延长期限").get_by_text("赵敏").wait_for()
    complaint.get_by_text("请没有经办这件投诉的主管批准").wait_for(state="detached")


def test_a_supervisor_who_handled_it_is_told_that_somebody_else_must_extend(
    opened: Opened, ticket: dict[str, Any]
) -> None:
    boss = opened("zhao")
    row_of(boss, ticket).click()
    _classify(boss, complicated=True)
    boss.get_by_role("button", name="延长期限").click()
    dialog = boss.get_by_role("dialog", name="延长期限")
    dialog.get_by_label("延期的原因").fill("复杂")
    dialog.get_by_role("button", name="延长期限").click()
    dialog.get_by_role("alert").get_by_text("请没有经办的主管批准").wait_for()
