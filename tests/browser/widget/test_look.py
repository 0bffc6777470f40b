"""How the widget looks and behaves for different people, screens and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.everybody import LEAST_TARGET
from tests.browser.widget.customer import ANSWERED, DISPUTE, VAGUE, expect, opened, say, send
from tests.browser.widget.site import DESKTOP, FITS, NO_MOTION, PHONE, SMALL, Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SCREENS = {"phone": PHONE, "small": SMALL, "desktop": DESKTOP}
MOST_SHIFT = 0.1

# All shifts count here, also those that the usual measure forgives after input.
_WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


def _shown(site: Site, path: str, large: bool, **options: Any) -> Page:
    """Return the open widget, in large type from the beginning if that is wanted."""
    page = site.visit("about:blank", **options)
    if large:
        host = site.server.removeprefix("http://")
        page.add_init_script(f"localStorage.setItem('baowen:{host}:large', 'true')")
    page.add_init_script(_WATCH_SHIFTS)
    page.goto(path)
    if path != "/chat":
        opened(page)
    page.locator(".log .pick").first.wait_for()
    return page


def _talk(page: Page) -> None:
    """Bring about most of what the widget can show."""
    say(page, ANSWERED)
    page.locator("summary").last.click()
    say(page, VAGUE)
    page.route("**/messages", lambda route: route.fulfill(status=503, headers={"Retry-After": "600"}))
    send(page, "丢了的问题")
    page.locator(".notice").wait_for()
    page.locator("#question").fill("保" * 2001)
    page.get_by_role("button", name="转人工").click()
    page.locator(".standing.waiting").wait_for()


@pytest.mark.parametrize("screen", ["phone", "desktop"])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("path", ["/", "/chat"])
def test_nothing_jumps(site: Site, path: str, screen: str, large: bool) -> None:
    page = _shown(site, path, large, **NO_MOTION, **SCREENS[screen])
    say(page, ANSWERED)
    say(page, VAGUE)
    say(page, DISPUTE)
    page.locator(".standing.waiting").wait_for()
    page.wait_for_timeout(300)
    assert page.evaluate("window.shifted") < MOST_SHIFT


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("path", ["/", "/chat"])
def test_all_fits_and_can_be_hit(site: Site, path: str, screen: str, large: bool) -> None:
    page = _shown(site, path, large, **SCREENS[screen])
    _talk(page)
    width = SCREENS[screen]["viewport"]["width"]
    controls = page.locator(".panel").locator("button:visible, textarea, summary:visible").all()
    for control in controls:
        box = control.bounding_box()
        assert box
        assert box["height"] >= LEAST_TARGET, control.inner_text()
        assert box["width"] >= LEAST_TARGET, control.inner_text()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    log = page.locator(".middle").bounding_box()
    assert log
    assert log["height"] >= 120
    assert page.evaluate(FITS)
    for part in (".panel", ".scroll"):
        assert page.locator(part).evaluate("part => part.scrollWidth <= part.clientWidth"), part


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/chat"])
def test_axe_finds_nothing(site: Site, scheme: str, path: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = site.visit(path, color_scheme=scheme, **NO_MOTION, **DESKTOP)
    _check(axe, page)
    if path == "/":
        opened(page)
    _talk(page)
    _check(axe, page)
    page.unroute("**/messages")
    page.locator("#question").fill("")
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".unsent")).to_have_count(0)
    page.get_by_role("button", name="结束对话").click()
    page.locator(".survey").wait_for()
    _check(axe, page)
    page.get_by_label("解决了", exact=True).check()
    page.get_by_label("4 分").check()
    page.get_by_role("button", name="提交").click()
    page.locator(".recommendation").wait_for()
    _check(axe, page)


def _check(axe: Any, page: Page) -> None:
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = axe.run(page, options={"runOnly": {"type": "tag", "values": rules}})
    found = [(one["id"], [node["html"] for node in one["nodes"]]) for one in result.response["violations"]]
    assert not found


@pytest.mark.parametrize(("scheme", "is_light"), [("light", True), ("dark", False)])
def test_the_colours_are_those_that_the_reader_chose(site: Site, scheme: str, is_light: bool) -> None:
    page = site.visit("/chat", color_scheme=scheme)
    ground = page.locator(".panel").evaluate("panel => getComputedStyle(panel).backgroundColor")
    red, green, blue = (int(value) for value in ground[4:-1].split(","))
    assert (min(red, green, blue) > 128) is is_light


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_a_new_answer_is_seen_from_its_question_on(site: Site, large: bool) -> None:
    page = _shown(site, "/chat", large, **NO_MOTION, **SMALL)
    for _ in range(2):
        say(page, ANSWERED)
        page.wait_for_timeout(100)
        question = page.locator(".from-customer").last.bounding_box()
        log = page.locator(".scroll").bounding_box()
        assert question
        assert log
        assert log["y"] <= question["y"] < log["y"] + log["height"] / 2


def test_waiting_is_shown_and_told(site: Site) -> None:
    page = opened(site.visit(**NO_MOTION))
    page.route("**/messages", lambda route: None)
    send(page, ANSWERED)
    dots = page.locator(".dots i").first
    dots.wait_for()
    expect(page.locator(".log")).to_have_attribute("aria-busy", "true")
    assert dots.evaluate("dot => getComputedStyle(dot).animationName") == "none"
    assert page.locator(".scroll").evaluate("log => getComputedStyle(log).scrollBehavior") == "auto"


def test_screen_readers_are_told_who_says_what(site: Site) -> None:
    page = site.visit("/chat")
    say(page, VAGUE)
    expect(page.get_by_role("log", name="对话记录")).to_be_visible()
    expect(page.get_by_role("textbox", name="您的问题")).to_be_visible()
    expect(page.get_by_role("group", name="请选一项")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("智能助手")
    expect(page.locator(".from-customer .unseen")).to_have_text("您说：")


def test_on_a_phone_the_panel_holds_the_focus_and_escape_shuts_it(site: Site) -> None:
    page = opened(site.visit(**PHONE))
    inside = "document.activeElement === document.body || document.activeElement.matches('baowen-chat')"
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.panel")).to_be_hidden()
    expect(page.locator(".bubble-button")).to_be_focused()
