"""The knowledge pages by keyboard alone: no mouse is moved and nothing is clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.knowledge.site import Client, Opened, sheet

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

ENTRY, QUESTION = "payment_method.change_card", "怎么更换扣保费的银行卡？"
SHORT = "在应用里换卡，下次扣费前生效。"
PUBLISHED = 120_000
MOST_STEPS = 150
ANSWER = "可以在应用里提交申请，也可以到柜台办理；需要的材料和时间以合同约定和实际受理为准，请先看一下条款。"


def reach(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press a key until something has the focus; what cannot be reached fails."""
    target.first.wait_for(state="attached")
    for _ in range(MOST_STEPS):
        if target.first.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{target} is not reached within {MOST_STEPS} steps")


def press(page: Page, name: str) -> None:
    reach(page, page.get_by_role("button", name=name, exact=True))
    page.keyboard.press("Enter")


def test_from_the_search_to_the_publish_of_the_second_person(opened: Opened, li: Client) -> None:
    page = opened()
    page.keyboard.press("/")
    page.keyboard.type(QUESTION)
    first = page.get_by_role("region", name="助手找到的条目").locator(".entry").first
    first.filter(has_text=QUESTION).wait_for()
    reach(page, first, "ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".summary", has_text="没有必须改的地方").wait_for()
    reach(page, page.get_by_label("短答案"))
    page.keyboard.press("Control+a")
    page.keyboard.type(SHORT)
    page.keyboard.press("Control+s")
    page.get_by_text("已保存。").wait_for()
    page.keyboard.press("Control+Enter")
    page.locator(".standing").get_by_text("待审核").wait_for()

    other = opened("wang", "#/review")
    reach(other, other.locator(f'[data-entry="{ENTRY}"]'))
    other.keyboard.press("Enter")
    other.locator(".difference ins").first.wait_for()
    press(other, "立即发布…")
    other.get_by_role("dialog").wait_for()
    reach(other, other.get_by_role("dialog").get_by_role("button", name="发布", exact=True))
    other.keyboard.press("Enter")
    other.get_by_text("已发布").first.wait_for(timeout=PUBLISHED)
    live = li.ask("GET", f"/entries/{ENTRY}")["published"]["entry"]
    assert live["short_answer"] == SHORT


def test_a_file_is_chosen_read_and_imported(opened: Opened, li: Client) -> None:
    question = "红利怎么改成累积生息呢"
    page = opened("li", "#/import")
    with page.expect_file_chooser() as chooser:  # the browser is told at once, and knows it before the Enter
        reach(page, page.get_by_label("选择文件"))
        page.keyboard.press("Enter")
    content = sheet("问题", "答案", "类别", rows=[(question, ANSWER, "保单变更")])
    chooser.value.set_files({"name": "a.xlsx", "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_text("新增 1 条，修改 0 条").wait_for()
    press(page, "导入 1 条")
    page.get_by_text("已导入：新增 1 条").wait_for()
    assert li.ask("GET", f"/entries?q={question}")["total"] == 1


def test_laws_are_opened_and_the_dialog_gives_the_focus_back(opened: Opened) -> None:
    page = opened("li", "#/")
    reach(page, page.get_by_role("navigation", name="知识管理").get_by_role("link", name="法规"), "Shift+Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="法规", exact=True).wait_for()
    mark = page.get_by_role("button", name="被取代").first
    reach(page, mark)
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")
    assert mark.evaluate("one => one === document.activeElement")
