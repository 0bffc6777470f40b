"""Typing on the chat page: keys, input methods, the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.chat import ANSWERED, exchange, last_reply, say
from tests.browser.conftest import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

_FOCUSED = "document.activeElement.id || document.activeElement.className || document.activeElement.tagName"
_OUTLINE = "getComputedStyle(document.activeElement).outlineStyle"


def test_everything_is_reached_by_keyboard_in_reading_order(open_page: OpenPage) -> None:
    page = open_page(is_mobile=True, has_touch=True)  # where nothing has the focus at first
    samples = page.locator(".pick").count()
    expected = ["skip", "large-type", "log", *["pick"] * samples, "person", "question", "send"]
    order = []
    for _ in expected:
        page.keyboard.press("Tab")
        order.append(page.evaluate(_FOCUSED))
        assert page.evaluate(_OUTLINE) != "none", f"no visible focus on {order[-1]}"
    assert order == expected


def test_a_whole_conversation_by_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    assert page.evaluate(_FOCUSED) == "question", "one can type at once"
    page.keyboard.type(ANSWERED)
    assert exchange(page, lambda: page.keyboard.press("Enter"))["action"] == "answer"
    assert page.evaluate(_FOCUSED) == "question"
    assert page.locator("#question").input_value() == ""
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(_FOCUSED) == "person"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == (
        last_reply(page).locator(".pick").last.inner_text()
    )
    assert exchange(page, lambda: page.keyboard.press("Enter"))["text"]
    page.locator("#person").focus()
    assert exchange(page, lambda: page.keyboard.press("Space"))["action"] == "handoff"


def test_retry_by_keyboard_does_not_lose_the_focus(open_page: OpenPage) -> None:
    page = open_page()
    page.route("**/v1/ask", lambda route: route.abort())
    page.keyboard.type(ANSWERED)
    page.keyboard.press("Enter")
    page.locator(".retry").focus()
    page.unroute("**/v1/ask")
    exchange(page, lambda: page.keyboard.press("Enter"))
    assert page.evaluate(_FOCUSED) == "log"


def test_shift_enter_starts_a_line(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.type("出险了")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("怎么报案？")
    height = page.locator("#question").evaluate("field => field.offsetHeight")
    exchange(page, lambda: page.keyboard.press("Enter"))
    assert page.locator(".from-customer .bubble").inner_text() == "出险了\n怎么报案？"
    assert page.locator("#question").evaluate("field => field.offsetHeight") < height


def test_enter_of_an_input_method_does_not_send(open_page: OpenPage) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "baoan", "selectionStart": 5, "selectionEnd": 5})
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert asked == []
    assert page.locator(".from-customer").count() == 0


@pytest.mark.parametrize("blank", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(open_page: OpenPage, blank: str) -> None:
    page = open_page()
    page.locator("#question").fill(blank)
    page.locator("#send").click()
    assert page.locator(".from-customer").count() == 0


def test_the_limit_counts_characters_and_keeps_a_long_text(open_page: OpenPage) -> None:
    page = open_page()
    field, counter = page.locator("#question"), page.locator("#counter")
    field.fill("保" * 1799)
    assert counter.inner_text() == ""
    field.fill("保" * 1990)
    assert counter.inner_text() == "还可输入 10 字"
    field.fill("𠮷" * 2000)
    assert counter.inner_text() == "还可输入 0 字", "one character, though two code units"
    field.fill("保" * 2001)
    assert counter.inner_text() == "超出 1 个字，请删减后发送"
    assert field.get_attribute("aria-invalid") == "true"
    page.keyboard.press("Enter")
    assert page.locator(".from-customer").count() == 0
    assert len(field.input_value()) == 2001


def test_a_text_of_full_length_is_answered(open_page: OpenPage) -> None:
    page = open_page()
    text = (ANSWERED * 300)[:2000]
    assert "error" not in say(page, text)
    assert _fits(page)


def _fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
