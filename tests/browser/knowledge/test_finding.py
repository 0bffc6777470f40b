"""An editor finds entries: as the assistant does, by words, by filters and lists, and by keyboard."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.knowledge.collisions import Collision, Collisions, Kind, key_of, write_collisions
from assistant.understanding.bundle import MANIFEST, SHIPPED_BUNDLE, version_of
from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.heads import heads_hash, read_heads
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.settings import Home, Settings
from tests.browser.desk import customer_at
from tests.browser.desk.site import changed
from tests.browser.everybody import require_for_everybody
from tests.browser.knowledge.site import Client, Opened, on_every_screen, require_everywhere
from tests.knowledge_base.builders import make_entry

pytestmark = pytest.mark.browser

CHECKED = 60_000
QUESTION = "退保能拿回多少钱"


@pytest.fixture
def draft(home: Path, address: str) -> str:
    """The question of a new draft, with markup that must stay text."""
    question = "养的柯基<b>能不能</b>上宠物险？"
    entry = make_entry("product_inquiry.corgi", question=question, valid_to=dt.date.today())
    with changed(home) as session:
        save_edits(session, [Edit(entry)], Deed("user:nobody", "", dt.datetime.now(dt.UTC)))
    return question


def test_a_question_is_found_as_the_assistant_does_with_what_speaks_for_it(opened: Opened) -> None:
    page = opened()
    page.get_by_role("table", name="条目").get_by_role("row").nth(50).wait_for()
    page.keyboard.press("/")
    page.keyboard.type(QUESTION)
    found = page.get_by_role("region", name="助手找到的条目")
    found.get_by_text("会用第 1 条直接回答").wait_for()
    first = found.locator(".candidate").first
    for label in ("意思", "字词", "综合", "把握"):
        assert first.get_by_role("meter", name=label).count() == 1
    assert "命中" in first.inner_text() and "共有的字词" in first.inner_text()
    page.keyboard.press("ArrowDown")
    assert first.locator(".entry").evaluate("link => link === document.activeElement")
    page.keyboard.press("j")
    second = found.locator(".candidate .entry").nth(1)
    assert second.evaluate("link => link === document.activeElement")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/knowledge#/entries/*")
    page.go_back()
    found.locator(".candidate .entry:focus").wait_for()
    assert first.locator(".entry").evaluate("link => link === document.activeElement")
    assert page.get_by_label("搜索条目").input_value() == QUESTION


def test_filters_stand_in_the_address_and_the_back_button_undoes_them(opened: Opened) -> None:
    page = opened()
    total = page.get_by_text("条目：共")
    before = total.inner_text()
    page.get_by_label("意图").select_option("cooling_off")
    total.filter(has_not_text=before).wait_for()
    narrowed = total.inner_text()
    rows = page.get_by_role("table", name="条目").locator("tbody tr")
    assert set(rows.locator("td[data-label=意图]").all_inner_texts()) == {"犹豫期撤单"}
    page.get_by_label("状态").select_option("draft")
    page.get_by_text("没有符合的条目").wait_for()
    page.go_back()
    total.filter(has_text=narrowed).wait_for()
    page.reload()
    total.filter(has_text=narrowed).wait_for()
    assert page.get_by_label("意图").input_value() == "cooling_off"
    page.get_by_role("navigation", name="清单").get_by_role("link", name="从未用到").click()
    page.get_by_text("近 90 天没有一次用它回答").wait_for()
    assert set(rows.locator("td[data-label=意图]").all_inner_texts()) == {"犹豫期撤单"}
    page.get_by_role("button", name="清除筛选").click()
    rows.nth(49).wait_for()
    page.mouse.wheel(0, 20_000)
    rows.nth(50).wait_for()


def test_a_new_draft_is_found_by_words_and_id_and_in_the_list_of_what_ends(
    opened: Opened, draft: str
) -> None:
    page = opened(hash_="#/?q=柯基")
    link = page.get_by_role("region", name="条目列表").get_by_role("link", name=draft)
    link.wait_for()
    assert page.locator(".results b").count() == 0
    page.get_by_label("搜索条目").fill("PRODUCT_INQUIRY.CORGI")
    page.get_by_text("含“PRODUCT_INQUIRY.CORGI”的条目：共 1 条").wait_for()
    row = page.get_by_role("row", name=draft)
    assert "草稿" in row.inner_text() and "产品咨询" in row.inner_text()
    page.goto("/knowledge#/?list=expiring")
    link.wait_for()


def test_a_badly_rated_answer_is_listed_with_how_often(opened: Opened, address: str, li: Client) -> None:
    customer = customer_at(address, QUESTION)
    customer.post("rating", {"score": 1, "resolved": True})
    reply = customer.messages()[-1]["reply"]
    end = time.monotonic() + 30
    while not li.ask("GET", "/entries?list=bad_ratings")["total"] and time.monotonic() < end:
        time.sleep(0.5)
    page = opened(hash_="#/?list=bad_ratings")
    row = page.get_by_role("row", name=reply["entry_id"])
    row.get_by_text("评价过的 1 次对话中 1 次评价差（100%，95% 区间").wait_for()
    assert "1 次" in row.locator("td").last.inner_text()


def test_all_entries_are_checked_together_and_findings_lead_to_them(opened: Opened) -> None:
    page = opened(bypass_csp=True)
    page.get_by_role("link", name="检查全部").click()
    page.get_by_label("不比对问法").check()
    page.get_by_role("button", name="开始检查").click()
    page.get_by_text("问法没有比对").wait_for(timeout=CHECKED)
    require_everywhere(page)
    found = page.locator(".check-findings > div", has_text="太短或太长").first.get_by_role("link")
    question = found.inner_text()
    found.click()
    page.get_by_label("问题", exact=True).wait_for()
    assert page.get_by_label("问题", exact=True).input_value() == question


@pytest.fixture
def colliding(home: Path, li: Client) -> Iterator[tuple[str, str]]:
    """Two entries that get in each other's way, as the last run found it; the ids."""
    one, other = ("payment_method.change_card", "payment_method.frequency")
    questions = [li.ask("GET", f"/entries/{name}")["entry"]["question"] for name in (one, other)]
    with changed(home) as session:
        content = heads_hash(read_heads(session).values())
    files = json.loads((SHIPPED_BUNDLE / MANIFEST).read_text(encoding="utf-8"))["files"]
    key = key_of(content, version_of(files), Settings(home=home).collision_margin)
    kinds: tuple[tuple[Kind, int], ...] = (("lost", 1), ("twins", 2), ("rivalry", 4))
    found = tuple(Collision(kind, one, other, *questions, 0.8, 0.9, count) for kind, count in kinds)
    at = dt.datetime.now(dt.UTC).isoformat()
    write_collisions(Home(home).collisions, Collisions(key, at, 1.0, found, ()))
    yield one, other
    Home(home).collisions.unlink()


def test_collisions_are_listed_for_both_sides_with_the_way_to_the_other(
    opened: Opened, colliding: tuple[str, str]
) -> None:
    page = opened(hash_="#/?list=collisions", bypass_csp=True)
    one, other = (page.get_by_role("row", name=name) for name in colliding)
    one.get_by_text("会找到").first.wait_for()
    one.get_by_text("几乎相同").wait_for()
    other.get_by_text("抢了别的条目的问法").wait_for()
    other.get_by_text("4 个问法").wait_for()
    require_everywhere(page)
    other.locator(".note a").first.click()
    page.wait_for_url(f"**/knowledge#/entries/{colliding[0]}")


@on_every_screen
def test_finding_is_for_everybody(opened: Opened, screen: dict[str, Any], draft: str) -> None:
    page = opened(hash_=f"#/?q={QUESTION}", bypass_csp=True, **screen)
    page.get_by_text("会用第 1 条直接回答").wait_for()
    page.get_by_text(f"含“{QUESTION}”的条目").wait_for()
    require_for_everybody(page)
    page.goto("/knowledge#/?list=expiring")
    page.get_by_role("link", name=draft).wait_for()
    if page.get_by_text("筛选", exact=True).is_visible():
        page.get_by_text("筛选", exact=True).click()
    require_for_everybody(page)
