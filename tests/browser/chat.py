"""What a customer does on the chat page, as functions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Request

ANSWERED = "出险了怎么报案？"
"""The question of a shipped entry."""

VAGUE = "这个怎么办理？"
"""Names no topic."""


def exchange(page: Page, act: Callable[[], object]) -> dict[str, Any]:
    """Do something that asks the server; return its reply when the page shows it."""
    with page.expect_response("**/v1/ask") as response:
        act()
    settled(page)
    reply: dict[str, Any] = response.value.json()
    return reply


def say(page: Page, text: str) -> dict[str, Any]:
    """Type a text, press Enter and return the reply."""
    page.locator("#question").fill(text)
    return exchange(page, lambda: page.keyboard.press("Enter"))


def sent(page: Page, act: Callable[[], object]) -> dict[str, Any]:
    """Do something that asks the server; return what was asked."""
    with page.expect_request("**/v1/ask") as request:
        act()
    settled(page)
    return body(request.value)


def body(request: Request) -> dict[str, Any]:
    """Return what a request asks."""
    asked: dict[str, Any] = json.loads(request.post_data or "{}")
    return asked


def settled(page: Page) -> None:
    """Wait until nothing is under way."""
    page.locator("#log:not([aria-busy])").wait_for()


def last_reply(page: Page) -> Locator:
    """Return the assistant's last message."""
    return page.locator(".from-assistant").last


def cut_off(page: Page) -> None:
    """Let questions get lost on their way."""
    page.route("**/v1/ask", lambda route: route.abort())
