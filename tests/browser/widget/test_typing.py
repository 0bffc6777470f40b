"""Typing in the widget: keys, input methods, the limit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.widget.customer import ANSWERED, expect, own_texts, say, until
from tests.browser.widget.site import FITS, PHONE, Site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

_INSIDE = "document.activeElement.shadowRoot.activeElement"
_NAME = f"{_INSIDE}.id || {_INSIDE}.className"
_SHOWN = f"getComputedStyle({_INSIDE}).outlineStyle"


def _field(page: Page) -> Locator:
    return page.locator("#question")


def _page_to_type_in(site: Site) -> Page:
    page = site.visit("/chat")
    page.locator(".log .pick").first.wait_for()
    expect(_field(page)).to_be_focused()  # one can type at once
    return page


def test_everything_is_reached_by_keyboard_in_reading_order(site: Site) -> None:
    page = site.visit("/chat", **PHONE)  # where nothing has the focus at first
    page.locator(".log .pick").first.wait_for()
    picks = ["pick"] * page.locator(".pick").count()
    expected = ["toggle", "toggle script", "scroll", *picks, "person", "tool attach", "question", "send"]
    order = []
    for _ in expected:
        page.keyboard.press("Tab")
        order.append(page.evaluate(_NAME))
        assert page.evaluate(_SHOWN) != "none", f"no visible focus on {order[-1]}"
    assert order == expected


def test_a_whole_conversation_by_keyboard(site: Site) -> None:
    page = _page_to_type_in(site)
    page.keyboard.type(ANSWERED)
    page.keyboard.press("Enter")
    expect(page.locator(".bubble .basis")).to_have_count(1)
    expect(_field(page)).to_be_focused()
    expect(_field(page)).to_have_value("")
    names = []
    while "pick" not in names:
        page.keyboard.press("Shift+Tab")
        names.append(page.evaluate(_NAME))
    assert names == ["tool finish", "tool attach", "person", "pick"]
    related = page.locator(".pick").last.inner_text()
    assert page.evaluate(f"{_INSIDE}.textContent") == related
    page.keyboard.press("Enter")
    until(page, lambda: own_texts(page), [ANSWERED, related])
    page.locator(".person").focus()
    page.keyboard.press("Space")
    page.locator(".standing.waiting").wait_for()


def test_retry_by_keyboard_does_not_lose_the_focus(site: Site) -> None:
    page = _page_to_type_in(site)
    say(page, ANSWERED)
    page.route("**/messages", lambda route: route.fulfill(status=503, headers={"Retry-After": "600"}))
    page.keyboard.type("怎么退保")
    page.keyboard.press("Enter")
    page.locator(".retry").focus()
    page.unroute("**/messages")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_have_count(0)
    assert page.evaluate(_NAME) == "scroll"


def test_shift_enter_starts_a_line(site: Site) -> None:
    page = _page_to_type_in(site)
    page.keyboard.type("出险了")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("怎么报案？")
    height = _field(page).evaluate("field => field.offsetHeight")
    page.keyboard.press("Enter")
    until(page, lambda: own_texts(page), ["出险了\n怎么报案？"])
    assert _field(page).evaluate("field => field.offsetHeight") < height


def test_enter_of_an_input_method_does_not_send(site: Site) -> None:
    page = _page_to_type_in(site)
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "baoan", "selectionStart": 5, "selectionEnd": 5})
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert own_texts(page) == []
    assert _field(page).input_value().startswith("baoan")


@pytest.mark.parametrize("blank", ["", "   ", "\n\n"])
def test_nothing_is_not_sent(site: Site, blank: str) -> None:
    page = _page_to_type_in(site)
    _field(page).fill(blank)
    page.locator(".send").click()
    page.wait_for_timeout(300)
    assert own_texts(page) == []


def test_the_limit_counts_characters_and_keeps_a_long_text(site: Site) -> None:
    page = _page_to_type_in(site)
    counter = page.locator("#counter")
    _field(page).fill("保" * 1799)
    expect(counter).to_have_text("")
    _field(page).fill("保" * 1990)
    expect(counter).to_have_text("还可输入 10 字")
    _field(page).fill("𠮷" * 2000)
    expect(counter).to_have_text("还可输入 0 字")  # one character, though two code units
    _field(page).fill("保" * 2001)
    expect(counter).to_have_text("超出 1 个字，请删减后发送")
    expect(_field(page)).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert own_texts(page) == []
    assert len(_field(page).input_value()) == 2001


def test_a_text_of_full_length_is_answered(site: Site) -> None:
    page = _page_to_type_in(site)
    text = (ANSWERED * 300)[:2000]
    say(page, text)
    assert own_texts(page) == [text]
    assert page.evaluate(FITS)
