"""What a customer does in the widget, as functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

expect = pytest.importorskip("playwright.sync_api").expect
"""Waits until what is said of a page is true."""

ANSWERED = "出险了怎么报案？"
"""The question of a shipped entry."""

DISPUTE = "你们拒赔没有道理，我要投诉"
"""Is for people."""

VAGUE = "这个怎么办理？"
"""Names no topic."""


def opened(page: Page) -> Page:
    """Open the widget's panel."""
    page.locator(".bubble-button").click()
    page.locator(".log .pick").first.wait_for()
    return page


def send(page: Page, text: str) -> None:
    """Type a text and press Enter."""
    page.locator("#question").fill(text)
    page.keyboard.press("Enter")


def say(page: Page, text: str) -> Locator:
    """Send a text, wait for what is said to it and return that."""
    before = page.locator(".from-assistant").count()
    send(page, text)
    replies = page.locator(".from-assistant:not(:has(.typing))")
    expect(replies).to_have_count(before + 1)
    expect(page.locator(".typing")).to_have_count(0)
    return replies.last


def own_texts(page: Page) -> list[str]:
    """Return what stands as the customer's in the log."""
    return page.locator(".from-customer .bubble").all_inner_texts()


def stored(page: Page) -> list[dict[str, Any]]:
    """Return the messages that the server has of the conversation in this browser."""
    messages: list[dict[str, Any]] = page.evaluate(
        """async () => {
          const key = Object.keys(localStorage).find((one) => one.endsWith(":conversation"));
          const { id, token } = JSON.parse(localStorage.getItem(key));
          const headers = { Authorization: `Bearer ${token}` };
          return (await (await fetch(`/v1/conversations/${id}/messages`, { headers })).json()).messages;
        }"""
    )
    return messages


def stored_texts(page: Page) -> list[str]:
    """Return the customer's texts that the server has."""
    return [one["text"] for one in stored(page) if one["author"] == "customer"]


def until(page: Page, read: Callable[[], list[str]], expected: list[str]) -> list[str]:
    """Read until it is as expected, for ten seconds at most, and return what was read last."""
    for _ in range(100):
        if read() == expected:
            return expected
        page.wait_for_timeout(100)
    raise AssertionError(f"{read()!r} did not become {expected!r}")
