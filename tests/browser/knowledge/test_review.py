"""From the draft to the second person, to the customer, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.repository import published_entries
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.types import Entry
from tests.browser.desk.site import changed
from tests.browser.everybody import require_for_everybody
from tests.browser.knowledge.site import (
    Client,
    Opened,
    deed,
    fill_and_send,
    on_every_screen,
    require_everywhere,
)
from tests.browser.widget.customer import expect

pytestmark = pytest.mark.browser

OTHER = "payment_method.change_card"
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


def test_a_second_person_comments_and_sends_back(opened: Opened, in_review: None) -> None:
    page = opened("wang", "#/review")
    page.locator(f'[data-entry="{OTHER}"]').click()
    expect(page.locator(".difference ins").first).to_be_visible()
    page.get_by_label("写评论").fill("为什么要确认？")
    deed(page, "发表评论")
    page.locator(".comments li", has_text="为什么要确认？").wait_for()
    deed(page, "退回修改…")
    fill_and_send(page, "请写明要改什么", "请写原因", "退回")
    page.get_by_text("已经不在待审核里").wait_for()
    page.goto(f"/knowledge#/entries/{OTHER}/history")
    page.get_by_text("评论 · 王强").first.wait_for()
    page.get_by_text("请写原因").first.wait_for()


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


@pytest.fixture
def retiring(li: Client) -> Iterator[str]:
    """An entry that labelled questions need, in review to be taken away; kept in the end."""
    entry_id = "surrender.how_much"
    li.ask("POST", f"/entries/{entry_id}/retire", {"based_on": newest(li, entry_id)})
    li.ask("POST", "/entries/submit", {"ids": [entry_id]})
    yield entry_id
    li.ask("POST", f"/entries/{entry_id}/discard", {"based_on": newest(li, entry_id)})


def newest(client: Client, entry_id: str) -> int:
    number: int = client.ask("GET", f"/entries/{entry_id}")["revision"]
    return number


def test_the_report_shows_which_answers_become_worse(opened: Opened, retiring: str) -> None:
    page = opened("wang", f"#/review/{retiring}", bypass_csp=True)
    deed(page, "生成报告")
    worse = page.locator(".decisions li", has=page.get_by_text("变差", exact=True))
    worse.first.wait_for(timeout=PUBLISHED)
    expect(worse.first).to_contain_text("现在：回答“退保能退多少钱？现金价值怎么看？”")
    broken = page.locator(".report .check-findings > div", has_text="没有发布，客户点不到")
    expect(broken.first.get_by_role("link")).to_contain_text("？")  # a question, not an id
    require_everywhere(page)


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
