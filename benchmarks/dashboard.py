"""How quickly the dashboard opens on generated months of traffic, in a real Chromium.

Run ``python -m benchmarks.dashboard`` on an otherwise quiet machine. It fills a home with two months of
100,000 messages each until yesterday, lets the server count the finished days, and opens the page
again and again: from the click to the figures, signed in, files in the browser's cache or not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from api.accounts.roles import Role
from api.services import open_database
from benchmarks.traffic import Plan, make_month
from evaluation.online.tables import CountedDayRow
from knowledge_base.settings import Home, Settings
from tests.browser.conftest import CHROMIUM_ARGS
from tests.browser.dashboard.conftest import open_signed_in
from tests.browser.desk import add_agent
from tests.browser.process import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

GOAL_S = 2.0
_DAYS = 30


def main() -> int:
    """Measure, print JSON, and return 1 where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000, help="a month")
    parser.add_argument("--months", type=int, default=2)
    parser.add_argument("--times", type=int, default=10)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        filled = _fill(home, given.messages, given.months)
        with serving(home) as address, sync_playwright() as playwright:
            add_agent(home, "fang", "方芳", Role.ANALYST)
            counted = _wait_until_counted(home)
            path = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
            page = open_signed_in(browser, address, "fang", "/dashboard", [])
            page.locator("body[data-ready]").wait_for()
            opened = [_open(page, "/dashboard") for _ in range(given.times)]
            filtered = [_open(page, "/dashboard?channel=wechat") for _ in range(given.times)]
            browser.close()
    told = {
        "messages": given.messages * given.months,
        "fill_s": round(filled, 1),
        "counted_s": round(counted, 1),
        "open_s": _summary(opened),
        "filtered_s": _summary(filtered),
    }
    print(json.dumps(told))
    return int(max(opened) > GOAL_S)


def _fill(home: Path, messages: int, months: int) -> float:
    began = time.perf_counter()
    database = open_database(Settings(home=home), Home.open(home))
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    for back in range(months, 0, -1):
        month = make_month(Plan(today - dt.timedelta(days=_DAYS * back), _DAYS, messages, seed=back))
        with database.engine.begin() as connection:
            month.write(connection)
    database.engine.dispose()
    return time.perf_counter() - began


def _wait_until_counted(home: Path) -> float:
    """Wait until the server has nothing more to count."""
    began, database = time.perf_counter(), open_database(Settings(home=home), Home.open(home))
    before = -1
    while True:
        with database.reading() as session:
            now = session.query(CountedDayRow).count()
        if now and now == before:
            database.engine.dispose()
            return time.perf_counter() - began
        before = now
        time.sleep(5)


def _open(page: Page, path: str) -> float:
    """Return the seconds from asking for the page until its figures stand."""
    page.goto("about:blank")
    began = time.perf_counter()
    page.goto(path, wait_until="commit")
    page.locator("body[data-ready]").wait_for()
    return time.perf_counter() - began


def _summary(seconds: list[float]) -> dict[str, Any]:
    return {"median": round(statistics.median(seconds), 2), "worst": round(max(seconds), 2)}


if __name__ == "__main__":
    sys.exit(main())
