"""From the draft to the second person, to the customer, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.repository import published_entries
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.types import Entry
from tests.browser.desk.site import changed
from tests.browser.everybody import require_for_everybody
from tests.browser.knowledge.site import Client, Opened, on_every_screen
from tests.browser.widget.customer import expect, say
from tests.browser.widget.customer import opened as open_widget

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ENTRY, QUESTION = "claim_documents.invoice_lost", "发票丢了，还能申请理赔吗？"
OTHER = "payment_method.change_card"
FIRST = "可以先申请：先联系医院补开发票，或者要一份盖章的复印件，再向公司提交；具体以合同为准。"
SECOND = "可以先申请：先联系医院补开发票，或者要一份盖章的复印件，再向我们提交；具体以合同为准。"
PUBLISHED = 120_000

Save = Callable[..., None]


@pytest.fixture
def save(home: Path, li: Client) -> Save:
    """Return a function that saves a draft of li's and hands it to review."""
    actor = f"user:{li.ask('GET', '/session')['user']['id']}"

    def save_draft(entry_id: str, **changes: Any) -> None:
        with changed(home) as session:
            deed = Deed(actor, "", dt.datetime.now(dt.UTC))
            save_edits(session, [Edit(replace(published(session)[entry_id], **changes))], deed)
        li.ask("POST", "/entries/submit", {"ids": [entry_id], "comment": "请看一下新说法"})

    def published(session: Any) -> dict[str, Entry]:
        return {entry.id: entry for entry in published_entries(session)}

    return save_draft


@pytest.fixture
def in_review(save: Save, li: Client) -> Iterator[None]:
    """A draft of li's that waits for a second person, and is taken back in the end."""
    save(OTHER, short_answer="先在应用里换卡，再确认一次。")
    yield
    if any(one["id"] == OTHER for one in li.ask("GET", "/review")["entries"]):
        li.ask("POST", "/entries/send-back", {"ids": [OTHER], "comment": "不用了"})


@pytest.fixture
def customer(browser: Browser, address: str) -> Iterator[Page]:
    """A customer whose widget is open all the time."""
    page = browser.new_context(base_url=address, locale="zh-CN").new_page()
    page.goto("/")
    yield open_widget(page)
    page.context.close()


def answered(customer: Page) -> str:
    return "".join(say(customer, QUESTION).locator(".bubble").first.inner_text().split())


def deed(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fill_and_send(page: Page, label: str, text: str, action: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(label).fill(text)
    dialog.get_by_role("button", name=action, exact=True).click()
    dialog.wait_for(state="hidden")


def test_a_second_person_publishes_and_the_open_widget_gets_it_until_the_rollback(
    opened: Opened, customer: Page, save: Save
) -> None:
    before = answered(customer)
    save(ENTRY, answer=FIRST)
    _the_author_cannot_publish(opened("li", f"#/review/{ENTRY}"))
    page = opened("wang", "#/review")
    _comments_and_sends_back(page)
    save(ENTRY, answer=SECOND)
    _publishes(page)
    assert "再向我们提交" in answered(customer)
    _goes_back(page)
    assert answered(customer) == before
    page.goto(f"/knowledge#/entries/{ENTRY}/history")
    page.get_by_role("heading", name="第 3 版").wait_for()
    page.get_by_text("评论 · 王强").first.wait_for()
    assert page.get_by_text("线上", exact=True).count() == 1


def _the_author_cannot_publish(page: Page) -> None:
    page.get_by_text("需要另一位同事看过后发布").wait_for()
    assert page.get_by_role("button", name="立即发布…").count() == 0
    assert page.get_by_role("checkbox", name=f"选择：{QUESTION}").is_disabled()


def _comments_and_sends_back(page: Page) -> None:
    page.locator(f'[data-entry="{ENTRY}"]').click()
    expect(page.locator(".difference ins").first).to_contain_text("医院")
    expect(page.locator(".difference del").first).to_be_visible()
    page.get_by_label("写评论").fill("医院不给开怎么办？")
    deed(page, "发表评论")
    page.locator(".comments li", has_text="医院不给开怎么办？").wait_for()
    deed(page, "退回修改…")
    fill_and_send(page, "请写明要改什么", "请写“我们”", "退回")
    page.get_by_text("已经不在待审核里").wait_for()


def _publishes(page: Page) -> None:
    page.reload()
    page.locator(".comments li", has_text="请写“我们”").wait_for()
    deed(page, "立即发布…")
    fill_and_send(page, "说明", "说法更清楚", "发布")
    page.get_by_text("号版本已生效").wait_for(timeout=PUBLISHED)


def _goes_back(page: Page) -> None:
    page.get_by_role("link", name="版本", exact=True).click()
    row = page.get_by_role("row", name="说法更清楚")
    expect(row).to_contain_text("正在使用")
    number = int(row.get_by_role("link").inner_text().split()[1])
    page.goto(f"/knowledge#/history/{number - 1}")
    deed(page, f"回滚到第 {number - 1} 号…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("线上会有 1 条改变").wait_for()
    dialog.locator("summary", has_text=QUESTION).click()
    expect(dialog.locator("ins").first).to_be_visible()
    fill_and_send(page, "为什么回滚", "旧说法更稳妥", "回滚")
    page.get_by_text(f"第 {number + 1} 号版本已生效").wait_for(timeout=PUBLISHED)


def test_a_publish_is_scheduled_and_cancelled(opened: Opened, in_review: None) -> None:
    page = opened("wang", f"#/review/{OTHER}")
    deed(page, "定时发布…")
    dialog = page.get_by_role("dialog")
    day = dialog.get_by_label("发布日期").input_value()
    fill_and_send(page, "说明", "等新版应用上线", "定时发布")
    page.get_by_text(f"已定于 {day} 发布。", exact=True).wait_for(timeout=PUBLISHED)
    row = page.get_by_role("table", name="定时发布").get_by_role("row", name="等新版应用上线")
    expect(row).to_contain_text("等待")
    page.get_by_text("要改动请先在下面取消定时发布").wait_for()
    row.get_by_role("button", name="取消…").click()
    page.get_by_role("dialog").get_by_role("button", name="取消定时发布").click()
    expect(row).to_contain_text("已取消")
    page.get_by_role("button", name="立即发布…").wait_for()


@on_every_screen
def test_review_and_history_are_for_everybody(
    opened: Opened, in_review: None, screen: dict[str, Any]
) -> None:
    page = opened("wang", f"#/review/{OTHER}", bypass_csp=True, **screen)
    page.locator(".difference ins").first.wait_for()
    require_for_everybody(page)
    deed(page, "立即发布…")
    page.get_by_role("dialog").wait_for()
    require_for_everybody(page)
    page.keyboard.press("Escape")
    page.goto("/knowledge#/history")
    page.get_by_role("table", name="版本").wait_for()
    require_for_everybody(page)
    page.goto(f"/knowledge#/entries/{OTHER}/history")
    page.get_by_text("相对第 1 版的改动").first.click()
    require_for_everybody(page)
