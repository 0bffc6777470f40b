"""An editor finds what is missing, makes wordings and an entry of it, and dismisses what is none."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from benchmarks.traffic import NewTopic, Plan, make_month
from knowledge_base.database import open_engine
from knowledge_base.settings import Home
from tests.browser.everybody import require_for_everybody
from tests.browser.knowledge.site import PHONE, Opened

pytestmark = pytest.mark.browser
FIRST_MS = 180_000  # the first look encodes every question, beside everything else that runs


@pytest.fixture(scope="module")
def asked(address: str, home: Path) -> None:
    """Two weeks of questions, with a topic that is new in the last one."""
    start = dt.date.today() - dt.timedelta(days=13)
    month = make_month(Plan(start, 14, 900, seed=5, new_topic=NewTopic(7, 0.2)))
    engine = open_engine(Home(home).database_url(""))
    with engine.begin() as connection:
        month.write(connection)
    engine.dispose()


def test_a_gap_becomes_wordings_and_is_dismissed(asked: None, opened: Opened) -> None:
    page = opened(hash_="#/gaps?days=7", bypass_csp=True)
    first = page.locator(".gap").first
    first.wait_for(timeout=FIRST_MS)
    heading = first.get_by_role("heading", level=3).inner_text()
    assert any(word in heading for word in ("宠", "狗", "猫", "犬"))
    assert first.get_by_text("新出现").or_(first.get_by_text("在增加")).count() == 1
    require_for_everybody(page)

    first.get_by_role("button", name="加为问法").first.click()
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_role("checkbox", checked=True).count() >= 2
    dialog.get_by_role("button", name="存为草稿").click()
    page.get_by_text("存为草稿。").wait_for()

    first.get_by_role("button", name="忽略").click()
    page.get_by_role("dialog").get_by_label("原因").fill("不做宠物险")
    page.get_by_role("dialog").get_by_role("button", name="忽略").click()
    page.get_by_role("heading", name=heading, exact=True).wait_for(state="hidden")
    page.get_by_label("也看已忽略的").check()
    shown = page.locator(".gap").filter(has_text=heading).first
    shown.get_by_role("button", name="恢复").click()
    page.get_by_text("已恢复").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_gaps_are_for_everybody_on_a_phone(asked: None, opened: Opened, scheme: str) -> None:
    page = opened(hash_="#/gaps?days=7", bypass_csp=True, **PHONE, color_scheme=scheme)
    page.locator(".gap").first.wait_for(timeout=FIRST_MS)
    require_for_everybody(page)
