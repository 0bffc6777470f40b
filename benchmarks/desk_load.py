"""How the agents' desk bears a busy day: long tasks and delay in a real Chromium.

Run ``python -m benchmarks.desk_load``; 200 conversations wait, customers write five messages a
second, and one conversation is open. No task of the page may take over 100 ms, and messages are
to be seen within 500 ms of being stored.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS
from tests.browser.desk import Customer, add_agent, customer_at, open_desk, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONGEST_TASK_MS = 100
LATEST_MS = 500

_OBSERVE = """() => {
  window.longTasks = [];
  window.shownAt = {};
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.longTasks.push(one.duration);
  }).observe({ type: "longtask" });
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) {
        const found = node.textContent?.match(/消息编号(\\d+)/);
        if (found) window.shownAt[found[1]] ??= Date.now();
      }
  }).observe(document.querySelector("main"), { childList: true, subtree: true, characterData: true });
}"""


def main() -> None:
    """Measure and print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--rate", type=float, default=5.0, help="messages a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as address:
        add_agent(Path(folder), "li", "李莉")
        customers = [_waiting(address, number) for number in range(wanted.conversations)]
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
            page = open_desk(browser, address, "li", [], viewport={"width": 1440, "height": 900})
            page.locator("#tickets li").nth(wanted.conversations - 1).wait_for(state="attached")
            page.locator("#tickets button", has_text="客户0号").first.click()
            page.get_by_role("button", name="接入", exact=True).click()
            page.get_by_label("回复客户").wait_for()
            page.evaluate(_OBSERVE)
            sent = _write(page, customers, wanted.rate, wanted.seconds)
            print(json.dumps(_figures(page, sent), indent=2))
            browser.close()


def _waiting(address: str, number: int) -> Customer:
    customer = customer_at(address)
    customer.hand_over()
    customer.say(f"客户{number}号：请问什么时候有人")
    return customer


def _write(page: Page, customers: list[Customer], rate: float, seconds: float) -> dict[str, float]:
    """Let customers write at an even pace; return when each message was stored."""
    chance = random.Random(5)  # noqa: S311 - the same load each time
    start = time.monotonic()
    stored: dict[str, float] = {}
    for number in range(int(rate * seconds)):
        page.wait_for_timeout(max(0.0, (start + number / rate - time.monotonic()) * 1000))
        chance.choice(customers).say(f"消息编号{number}")
        stored[str(number)] = time.time() * 1000
    page.wait_for_timeout(2000)
    return stored


def _figures(page: Page, stored: dict[str, float]) -> dict[str, float | int]:
    tasks: list[float] = page.evaluate("window.longTasks")
    shown: dict[str, float] = page.evaluate("window.shownAt")
    delays = sorted(max(0.0, shown[one] - stored[one]) for one in shown)
    return {
        "messages": len(stored),
        "shown": len(shown),
        "long_tasks": len(tasks),
        "longest_task_ms": round(max(tasks, default=0)),
        "tasks_over_100_ms": sum(one > LONGEST_TASK_MS for one in tasks),
        "delay_median_ms": round(statistics.median(delays)) if delays else -1,
        "delay_max_ms": round(max(delays, default=-1)),
        "shown_late": sum(one > LATEST_MS for one in delays),
    }


if __name__ == "__main__":
    main()
