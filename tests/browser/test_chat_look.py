"""How the chat page looks and behaves for different people, screens and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args
from urllib.parse import urlsplit

import pytest

from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import Source
from tests.browser.chat import ANSWERED, VAGUE, cut_off, exchange, say
from tests.browser.conftest import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 360, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}

MAX_SHIFT = 0.05
LEAST_TARGET = 44  # CSS pixels, WCAG 2.5.5
LEAST_CONTRAST = 4.5  # WCAG 1.4.3

# All shifts count here, also those that the usual measure forgives after input.
_WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""

_COLOURS = """(selector) => {
  const probe = document.querySelector(selector);
  let ground = probe;
  while (getComputedStyle(ground).backgroundColor === "rgba(0, 0, 0, 0)") ground = ground.parentElement;
  const read = (colour) => colour.match(/[0-9.]+/g).slice(0, 3).map(Number);
  return [read(getComputedStyle(probe).color), read(getComputedStyle(ground).backgroundColor)];
}"""


def _talk(page: Page) -> None:
    """Bring about all that the page can show."""
    say(page, ANSWERED)
    page.locator("summary").last.click()
    say(page, VAGUE)
    exchange(page, page.locator("#person").click)
    cut_off(page)
    page.locator("#question").fill("丢了的问题")
    page.locator("#send").click()
    page.locator(".notice").wait_for()
    page.unroute("**/v1/ask")


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("large", ["0", "1"], ids=["normal", "large"])
def test_nothing_jumps(open_page: OpenPage, screen: dict[str, Any], large: str) -> None:
    def prepare(page: Page) -> None:
        page.add_init_script(f"localStorage.setItem('baowen-large-type', '{large}')")
        page.add_init_script(_WATCH_SHIFTS)

    page = open_page(prepare, **screen)
    _talk(page)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifted") < MAX_SHIFT


def test_no_other_host_is_asked(open_page: OpenPage, server: str) -> None:
    hosts: set[str] = set()
    page = open_page(lambda page: page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc)))
    _talk(page)
    assert hosts == {urlsplit(server).netloc}


@pytest.mark.parametrize("screen", [SMALL, PHONE, DESKTOP], ids=["360", "390", "1280"])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_all_fits_and_can_be_hit(open_page: OpenPage, screen: dict[str, Any], large: bool) -> None:
    page = open_page(**screen)
    if large:
        page.locator("#large-type").click()
    _talk(page)
    size = screen["viewport"]
    assert page.evaluate("document.documentElement.scrollWidth") == size["width"]
    assert page.evaluate("document.documentElement.scrollHeight") == size["height"]
    assert page.locator("#log").evaluate("log => log.scrollWidth <= log.clientWidth")
    for button in page.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= LEAST_TARGET, button.inner_text()
    for name in ("#person", "#send", "#large-type"):
        box = page.locator(name).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        assert box["y"] + box["height"] <= size["height"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_can_be_read(open_page: OpenPage, scheme: str) -> None:
    page = open_page(color_scheme=scheme, reduced_motion="reduce", **PHONE)
    _talk(page)
    page.locator("#question").fill("保" * 2001)
    read = ["h1", ".name p", "#large-type", "#person", "#send", "#counter", "#question", "summary"]
    read += [".from-customer .bubble", ".from-assistant .bubble p", ".small", ".title", ".pick", ".tag"]
    read += [".basis li", ".telephone", ".notice p", ".notice .telephone", ".retry", ".unsent .bubble"]
    for selector in read:
        ink, ground = page.evaluate(_COLOURS, selector)
        assert _contrast(ink, ground) >= LEAST_CONTRAST, selector
    _, ground = page.evaluate(_COLOURS, "body")
    assert (_luminance(ground) > 0.5) is (scheme == "light")


def test_light_and_dark_render(open_page: OpenPage) -> None:
    shots = []
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme, reduced_motion="reduce", **PHONE)
        say(page, ANSWERED)
        shots.append(page.screenshot())
    assert all(shot.startswith(b"\x89PNG") and len(shot) > 10_000 for shot in shots)
    assert shots[0] != shots[1]


def test_large_type_is_remembered(open_page: OpenPage) -> None:
    page = open_page(**PHONE)
    switch = page.get_by_role("button", name="大字")
    normal = _type_size(page)
    assert switch.get_attribute("aria-pressed") == "false"
    switch.click()
    assert _type_size(page) > 1.25 * normal
    page.reload()
    assert switch.get_attribute("aria-pressed") == "true"
    assert _type_size(page) > 1.25 * normal
    switch.click()
    page.reload()
    assert _type_size(page) == normal


def test_a_new_answer_is_seen_from_its_question_on(open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce", **SMALL)
    page.locator("#large-type").click()
    for _ in range(2):
        say(page, ANSWERED)
        question = page.locator(".from-customer").last.bounding_box()
        log = page.locator("#log").bounding_box()
        assert question
        assert log
        assert log["y"] <= question["y"] < log["y"] + log["height"] / 2


def test_waiting_is_shown_and_told(open_page: OpenPage) -> None:
    page = open_page(reduced_motion="reduce")
    page.route("**/v1/ask", lambda route: None)
    page.locator("#question").fill(ANSWERED)
    page.keyboard.press("Enter")
    dots = page.locator(".typing")
    dots.wait_for()
    assert page.locator("#log").get_attribute("aria-busy") == "true"
    assert dots.locator("span").first.evaluate("dot => getComputedStyle(dot).animationName") == "none"
    assert page.locator("#log").evaluate("log => getComputedStyle(log).scrollBehavior") == "auto"


def test_screen_readers_are_told_who_says_what(open_page: OpenPage) -> None:
    page = open_page()
    say(page, VAGUE)
    assert page.get_by_role("log", name="对话记录").is_visible()
    assert page.get_by_role("textbox", name="您的问题").is_visible()
    assert page.get_by_role("group", name="请选一项").is_visible()
    assert "智能助手" in page.get_by_role("heading", level=1).inner_text()
    assert page.locator(".from-customer .unseen").inner_text() == "您说："


def test_words_for_queues_and_sources_are_those_of_the_product(open_page: OpenPage) -> None:
    words = open_page().evaluate("import('/assets/chat/words.js').then((words) => ({...words}))")
    assert words["QUEUES"] == shipped_taxonomy().queues
    assert words["SOURCES"].keys() == set(get_args(Source))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page: OpenPage, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = open_page(color_scheme=scheme, reduced_motion="reduce", **DESKTOP)
    _talk(page)
    results = axe.run(page)
    assert results.violations_count == 0, results.generate_report()


def _type_size(page: Page) -> float:
    return float(page.locator(".bubble p").first.evaluate("p => parseFloat(getComputedStyle(p).fontSize)"))


def _luminance(colour: list[float]) -> float:
    """Return the relative luminance of sRGB 0-255 (WCAG 2.2)."""
    red, green, blue = (
        value / 3294.6 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: list[float], other: list[float]) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)
