"""Alarms, candidates and reports on the dashboard, by role."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from api.measuring.report_files import read_report, write_report
from api.services import open_database
from evaluation.online.alarms import raise_alarm
from evaluation.online.trials import BundleUse, PairedDecisionRow, start_trial
from knowledge_base.settings import Home, Settings
from tests.browser.dashboard.test_dashboard import on_every_screen, ready
from tests.browser.everybody import require_for_everybody

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.dashboard.conftest import Opened

NOW = dt.datetime.now(dt.UTC)
BLOCK = {"days": 1, "number": 3, "since": NOW.isoformat(), "until": NOW.isoformat()}
CHANGE = {
    "block": BLOCK,
    "finding": {"what": "mix of intents", "place": 40, "wealth": 900.0, "limit": 400.0},
    "confidence": [0.83, 0.71],
    "groups": [{"group": "claims", "before": 0.2, "now": 0.45}],
}
CANDIDATE = "0123456789ab"


@pytest.fixture(scope="module")
def looped(filled_home: Path, address: str) -> Path:
    """The dashboard's home with an alarm, a candidate on trial and a report."""
    home = filled_home
    database = open_database(Settings(home=home), Home.open(home))
    with database.transaction() as session:
        raise_alarm(session, "traffic", "a", NOW, "the mix of intents differs", CHANGE, NOW)
        start_trial(session, BundleUse(CANDIDATE, "/nowhere"), "ba9876543210", 0.1, "cli:li", NOW)
        for i in range(40):
            session.add(_pair(i))
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    report = read_report(database, Home.open(home), (), "month", f"{today:%Y-%m}", NOW)
    write_report(report, "某保险", Home.open(home).reports)
    database.engine.dispose()
    return home


def _pair(i: int) -> PairedDecisionRow:
    theirs: dict[str, Any] = {"candidate_action": "answer", "candidate_entry_id": "surrender.how"}
    if i < 3:
        theirs = {"candidate_action": "handoff", "candidate_queue": "general"}
    return PairedDecisionRow(
        decision_id=f"p{i}",
        candidate=CANDIDATE,
        at=NOW,
        conversation_id=f"c{i}",
        arm="champion",
        champion_action="answer",
        champion_entry_id="surrender.how",
        champion_confidence=0.9,
        candidate_confidence=0.8,
        **theirs,
    )


def test_an_alarm_is_read_and_settled(looped: Path, opened: Opened) -> None:
    page = opened()
    ready(page)
    page.locator("#drift").get_by_text("1 条漂移告警待处理").wait_for()
    page.get_by_role("link", name="看漂移告警").click()
    card = page.locator(".alarm-card")
    card.get_by_text("理赔：20.0% → 45.0%").wait_for()
    assert "平均把握 83.0% → 71.0%" in card.inner_text() and "怎么办" in card.inner_text()
    card.get_by_role("button", name="标为已处理").click()
    page.get_by_label("原因和做了什么").fill("新产品上线")
    page.get_by_role("dialog").get_by_role("button", name="标为已处理").click()
    card.get_by_text("方芳").wait_for()
    assert "新产品上线" in card.inner_text() and "怎么办" not in card.inner_text()


def test_who_only_reads_reports_sees_the_gaps_and_no_way_to_write(opened: Opened) -> None:
    page = opened()
    page.get_by_role("link", name="知识缺口").click()
    page.get_by_text("个问题里有").wait_for(timeout=120_000)
    assert page.locator(".gap, .empty").count() > 0
    assert page.get_by_role("button", name="忽略").count() == 0
    assert page.locator("#views a").all_inner_texts() == ["知识缺口"]


def test_a_candidate_is_compared_and_decided_about(looped: Path, opened: Opened) -> None:
    page = opened(path="/dashboard#/candidates")
    panel = page.locator("#candidates")
    panel.get_by_text("40 条消息，来自 40 个会话").wait_for()
    assert "至少要 200 条" in panel.inner_text() and "还没有检查" in panel.inner_text()
    row = panel.get_by_role("row", name="转人工")
    assert "0.0%" in row.inner_text() and "7.5%" in row.inner_text()
    panel.get_by_role("button", name="运行检查").click()
    panel.get_by_text("检查没有做完：候选模型的文件不完整").wait_for()  # there is no bundle at that place
    panel.get_by_role("button", name="调整比例").click()
    page.get_by_label("占会话的百分比").fill("25")
    page.get_by_role("dialog").get_by_role("button", name="调整").click()
    panel.get_by_text("直接回答 25.0% 的会话").wait_for()


def test_a_supervisor_looks_and_decides_nothing(looped: Path, opened: Opened) -> None:
    page = opened("zhao", path="/dashboard#/candidates")
    page.locator("#candidates").get_by_text("40 条消息").wait_for()
    assert page.locator("#candidates").get_by_role("button").count() == 0


def test_a_report_is_downloaded(looped: Path, opened: Opened) -> None:
    page = opened(path="/dashboard#/reports")
    with page.expect_download() as got:
        page.get_by_role("button", name="（Excel）").click()
    assert got.value.suggested_filename.endswith(".xlsx")
    assert got.value.path().read_bytes()[:2] == b"PK"


@on_every_screen
@pytest.mark.parametrize("view", ["alarms", "candidates", "reports"])
def test_everybody_can_use_the_views_of_the_loop(
    looped: Path, opened: Opened, screen: dict[str, Any], view: str
) -> None:
    page = opened(path=f"/dashboard#/{view}", bypass_csp=True, **screen)
    page.locator(f"#{view} .panel > *").last.wait_for()
    page.locator(f"#{view} [aria-busy]").wait_for(state="detached")
    require_for_everybody(page)
