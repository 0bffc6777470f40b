"""How the agents' desk bears a busy day: long tasks and delay in a real Chromium.

Run ``python -m benchmarks.desk_load`` on an otherwise quiet machine. 200 conversations are open,
customers write five messages a second to a real server, and the agent goes on working: opens one
conversation after the other and replies. No task of the page may take over 100 ms, and what a
customer sends is to be on the screen within 500 ms.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM_ARGS
from tests.browser.desk import Customer, add_agent, customer_at, open_desk
from tests.browser.process import serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

LONGEST_TASK_MS = 100
LATEST_MS = 500
_HELD = 3
_LOOK_MS = 1500
_SETTLE_MS = 3000

# The moment that counts is behind the frame that shows a message, not the change of the document.
_OBSERVE = """
  window.longTasks = [];
  window.shownAt = {};
  new PerformanceObserver((list) => {
    for (const one of list.getEntries())
      window.longTasks.push([performance.timeOrigin + one.startTime, one.duration]);
  }).observe({ type: "longtask", buffered: true });
  new MutationObserver((changes) => {
    const texts = changes.flatMap(({ addedNodes }) => [...addedNodes].map((node) => node.textContent ?? ""));
    const found = texts.flatMap((text) => [...text.matchAll(/消息编号(\\d+)/g)].map(([, one]) => one));
    if (found.length)
      requestAnimationFrame(() => setTimeout(() => {
        for (const one of found) window.shownAt[one] ??= Date.now();
      }));
  }).observe(document, { childList: true, subtree: true });
"""


@dataclass
class Load:
    """Customers who write at an even pace, whether the server is quick or not.

    Attributes:
        sent: When each message was sent, in milliseconds, by its number.
        by_customer: The numbers that each customer sent, in order.
        took: How long each took until the server had stored it.
    """

    customers: list[Customer]
    rate: float
    seconds: float
    sent: list[float] = field(default_factory=list)
    by_customer: dict[str, list[int]] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Write until the time is over."""
        chance, start = random.Random(5), time.monotonic()  # noqa: S311 - the same load each time
        with httpx2.Client(timeout=30) as line:
            for number in range(int(self.rate * self.seconds)):
                time.sleep(max(0.0, start + number / self.rate - time.monotonic()))
                self._write(line, chance.choice(self.customers), number)

    def _write(self, line: httpx2.Client, customer: Customer, number: int) -> None:
        url = f"{customer.address}/v1/conversations/{customer.id}/messages"
        body = {"text": f"消息编号{number}", "client_id": uuid.uuid4().hex}
        self.by_customer.setdefault(customer.id, []).append(number)
        self.sent.append(time.time() * 1000)
        line.post(url, json=body, headers={"Authorization": f"Bearer {customer.token}"}).raise_for_status()
        self.took.append(time.time() * 1000 - self.sent[-1])


def main() -> None:
    """Measure and print the figures as JSON; fails where the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conversations", type=int, default=200)
    parser.add_argument("--rate", type=float, default=5.0, help="messages a second")
    parser.add_argument("--seconds", type=float, default=60.0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as address:
        add_agent(Path(folder), "li", "李莉")
        customers = [_waiting(address, number) for number in range(wanted.conversations)]
        load = Load(customers, wanted.rate, wanted.seconds)
        with sync_playwright() as playwright:
            chromium = shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
            figures = _measured(_desk(browser, address, wanted.conversations), load)
            browser.close()
    print(json.dumps(figures, indent=2))
    sys.exit(0 if figures["goal_met"] else 1)


def _waiting(address: str, number: int) -> Customer:
    customer = customer_at(address)
    customer.hand_over()
    customer.say(f"客户{number}号：请问什么时候有人")
    return customer


def _desk(browser: Any, address: str, conversations: int) -> Page:
    """Open the desk with all conversations in sight, some of them in the agent's hand."""
    desktop = {"width": 1440, "height": 900}
    observe = lambda page: page.add_init_script(_OBSERVE)  # noqa: E731
    page = open_desk(browser, address, "li", [], before=observe, viewport=desktop)
    page.locator("#tickets li").nth(conversations - 1).wait_for(state="attached")
    for number in range(_HELD):
        page.locator("#tickets button", has_text=f"客户{number}号").first.click()
        page.get_by_role("button", name="接入", exact=True).click()
        page.get_by_label("回复客户").wait_for()
    return page


def _measured(page: Page, load: Load) -> dict[str, Any]:
    began = time.time() * 1000
    writing = threading.Thread(target=load.run)
    writing.start()
    replies = _work(page, writing)
    page.wait_for_timeout(_SETTLE_MS)
    figures = _figures(page.evaluate("window.longTasks"), page.evaluate("window.shownAt"), load, began)
    return {**figures, "replies": replies}


def _work(page: Page, writing: threading.Thread) -> int:
    """Look at conversations and reply in one's own while customers write; returns how many replies."""
    replies, looked = 0, 0
    while writing.is_alive():
        tabs = page.locator("#mine button")
        tabs.nth(replies % _HELD).click()
        page.get_by_label("回复客户").press_sequentially(f"回复{replies}", delay=30)
        page.keyboard.press("Enter")
        page.wait_for_timeout(_LOOK_MS)
        rows = page.locator("#tickets button[data-state=waiting]")
        rows.nth(looked % 10).click()
        page.wait_for_timeout(_LOOK_MS)
        replies, looked = replies + 1, looked + 1
    return replies


def _figures(
    tasks: list[tuple[float, float]], shown: dict[str, float], load: Load, began: float
) -> dict[str, Any]:
    delays = _delays(shown, load)
    seen = sorted(delay for delay in delays if delay is not None)
    during = [duration for start, duration in tasks if start >= began]
    late = sum(delay is None or delay > LATEST_MS for delay in delays)
    return {
        "messages": len(delays),
        "not_shown": len(delays) - len(seen),
        "stored_ms_median": round(statistics.median(load.took)),
        "delay_ms_median": round(statistics.median(seen)),
        "delay_ms_95": round(seen[int(len(seen) * 0.95)]),
        "delay_ms_max": round(seen[-1]),
        "late": late,
        "longest_task_opening_ms": round(max((one for start, one in tasks if start < began), default=0)),
        "long_tasks": len(during),
        "longest_task_ms": round(max(during, default=0)),
        "goal_met": not late and all(one <= LONGEST_TASK_MS for one in during),
    }


def _delays(shown: dict[str, float], load: Load) -> list[float | None]:
    """Return how long each message took to be seen, or a later one of the same customer in its place."""
    delays: list[float | None] = []
    for numbers in load.by_customer.values():
        for index, number in enumerate(numbers):
            seen = [shown[str(one)] for one in numbers[index:] if str(one) in shown]
            delays.append(min(seen) - load.sent[number] if seen else None)
    return delays


if __name__ == "__main__":
    main()
