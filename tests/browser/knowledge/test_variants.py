"""Questions of customers become variants, one by one, by keyboard."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from assistant.desk import tickets
from tests.assistant.desk.builders import open_ticket
from tests.browser.desk.site import changed
from tests.browser.everybody import require_for_everybody
from tests.browser.knowledge.site import Client, Opened, on_every_screen

pytestmark = pytest.mark.browser

ID = "payment_method.third_party"


def labelled(home: Path, *questions: str) -> None:
    """Let an agent resolve a ticket for each question with the entry that was right."""
    at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    with changed(home) as session:
        for question in questions:
            ticket = open_ticket(session, now=at, texts=(question,))
            tickets.take(session, ticket.id, "user:a", at)
            tickets.close_ticket(session, ticket.id, "user:a", at, label="answered", right_entry_id=ID)


def test_proposals_are_taken_up_or_turned_down_one_by_one(opened: Opened, home: Path, li: Client) -> None:
    labelled(
        home,
        "俺闺女帮俺垫上保费行不行",
        "俺闺女帮俺垫上保费行不行",
        "电话13812345678代我付",
        "跟这个没关系的话",
    )
    before = li.ask("GET", f"/entries/{ID}")["entry"]["variants"]
    page = opened(hash_="#/variants")
    page.get_by_text("还有 3 条待看").wait_for()
    first = page.locator(".proposal").first
    first.get_by_text("坐席标注 2 次").wait_for()
    assert "13812345678" not in page.content()
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.get_by_text("还有 2 条待看").wait_for()
    masked = page.locator(".proposal", has_text="遮盖")
    masked.get_by_role("button", name="采纳", exact=True).click()
    page.get_by_text("不能采纳").wait_for()
    masked.get_by_role("textbox").fill("家里人代我付保费可以不")
    masked.get_by_role("button", name="采纳", exact=True).click()
    page.get_by_text("还有 1 条待看").wait_for()
    page.get_by_role("button", name="不采纳").click()
    page.get_by_text("不再建议").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("还有 1 条待看").wait_for()
    page.keyboard.press("r")
    page.get_by_text("不再建议").wait_for()
    page.reload()
    page.get_by_text("没有待看的问法").wait_for()
    now = li.ask("GET", f"/entries/{ID}")
    assert now["entry"]["variants"] == [*before, "俺闺女帮俺垫上保费行不行", "家里人代我付保费可以不"]
    assert now["status"] == "draft"


@on_every_screen
def test_variants_are_for_everybody(opened: Opened, home: Path, screen: dict[str, Any]) -> None:
    labelled(home, f"第{screen['viewport']['width']}{screen['color_scheme']}个人替付怎么弄")
    page = opened(hash_="#/variants", bypass_csp=True, **screen)
    page.locator(".proposal").first.wait_for()
    require_for_everybody(page)
