"""The widget on a site: asks, answers, hands over, survives what happens to a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest

from tests.browser.widget import (
    ANSWERED,
    DISPUTE,
    VAGUE,
    opened,
    own_texts,
    pass_on,
    say,
    send,
    stored,
    stored_texts,
    until,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect

pytestmark = pytest.mark.browser

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
MOST_BYTES = 30_000
LEAST_TARGET = 44


class Site:
    """The sample company's page in browsers of their own; faults of the page fail the test."""

    def __init__(self, browser: Browser, server: str) -> None:
        self.browser, self.server = browser, server
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def visit(self, path: str = "/", **options: Any) -> Page:
        context = self.browser.new_context(base_url=self.server, locale="zh-CN", **options)
        self.contexts.append(context)
        return self.tab(context, path)

    def tab(self, context: BrowserContext, path: str = "/") -> Page:
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._note(message.text))
        page.goto(path)
        return page

    def _note(self, text: str) -> None:
        if "Content Security Policy" in text:
            self.faults.append(text)


@pytest.fixture
def site(browser: Browser, server: str) -> Iterator[Site]:
    expect.set_options(timeout=20_000)
    visited = Site(browser, server)
    yield visited
    for context in visited.contexts:
        context.close()
    assert not visited.faults, "the page's own code failed"


def test_the_script_stays_under_30_kb(site: Site, server: str) -> None:
    page = site.visit("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(server)))
    page.goto("/")
    page.locator(".bubble-button").wait_for()
    assert [path for path in asked if "widget" in path] == ["/widget.js"]
    headers = {"Accept-Encoding": "gzip"}
    with urlopen(Request(f"{server}/widget.js", headers=headers)) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert len(response.read()) < MOST_BYTES


def test_the_modules_run_one_by_one_too(site: Site) -> None:
    page = site.visit("/login")
    page.evaluate("import('/assets/widget/widget.js')")
    opened(page)
    say(page, ANSWERED)


def test_an_answer_comes_with_its_basis_and_day(site: Site) -> None:
    page = opened(site.visit())
    expect(page.locator(".log")).to_contain_text("由程序自动回复")
    reply = say(page, ANSWERED)
    expect(reply.locator(".basis-line").first).to_have_text(re.compile("依据：《.+》第.+条"))
    reply.locator("summary").first.click()
    expect(reply.locator(".basis li").last).to_have_text(re.compile("内容截至 [0-9]{4}年"))
    reply.locator(".chips .pick").first.click()
    expect(page.locator(".from-customer")).to_have_count(2)


def test_a_question_of_the_moment_is_one_click(site: Site) -> None:
    page = opened(site.visit())
    question = page.locator(".log .pick").first.inner_text()
    page.locator(".log .pick").first.click()
    expect(page.locator(".from-assistant .bubble")).to_have_count(2)
    assert own_texts(page) == [question]


def test_a_choice_is_sent_as_its_text(site: Site) -> None:
    page = opened(site.visit())
    reply = say(page, VAGUE)
    choice = reply.locator(".choices .pick").first.inner_text()
    reply.locator(".choices .pick").first.click()
    expect(page.locator(".from-customer .bubble").last).to_have_text(choice)


def test_suggestions_are_taken_with_the_keys(site: Site) -> None:
    page = opened(site.visit(**DESKTOP))
    page.locator("#question").press_sequentially("退保", delay=30)
    option = page.locator("[role=option]").first
    option.wait_for()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(page.locator("#question")).to_have_attribute("aria-activedescendant", "suggestion-0")
    text = option.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".from-customer .bubble")).to_have_text(text)
    expect(page.locator("[role=listbox]")).to_be_hidden()


def test_a_dispute_waits_for_people_and_may_go_back(site: Site) -> None:
    page = opened(site.visit())
    say(page, DISPUTE)
    expect(page.locator(".standing")).to_contain_text("正在等待人工：投诉专席")
    expect(page.locator(".standing")).to_contain_text(re.compile("投诉编号 TS[0-9]+"))
    page.get_by_role("button", name="返回智能助手").click()
    expect(page.locator(".log")).to_contain_text("已取消排队")
    assert "answer" in {(one["reply"] or {}).get("action") for one in _asked_again(page)}


def _asked_again(page: Page) -> list[dict[str, Any]]:
    say(page, ANSWERED)
    return stored(page)


def test_a_person_is_one_click_away(site: Site) -> None:
    page = opened(site.visit())
    page.get_by_role("button", name="转人工").click()
    expect(page.locator(".standing")).to_contain_text("正在等待人工")
    page.get_by_role("button", name="转人工").click()
    expect(page.locator(".standing.waiting")).to_have_count(1)


def test_the_conversation_is_there_after_a_reload_and_in_another_tab(site: Site) -> None:
    page = opened(site.visit())
    say(page, ANSWERED)
    page.reload()
    expect(page.locator(".from-customer .bubble")).to_have_text(ANSWERED)  # open, as it was
    other = site.tab(page.context)
    other.locator(".bubble-button").click()
    expect(other.locator(".from-customer .bubble")).to_have_text(ANSWERED)
    send(page, VAGUE)
    expect(other.locator(".from-customer .bubble")).to_have_text([ANSWERED, VAGUE])
    expect(page.locator(".from-customer .bubble")).to_have_text([ANSWERED, VAGUE])
    assert [one["seq"] for one in stored(page)] == [1, 2, 3, 4]


def test_what_comes_while_it_is_shut_is_counted(site: Site) -> None:
    page = opened(site.visit())
    say(page, ANSWERED)
    other = site.tab(page.context)
    page.get_by_role("button", name="收起").click()
    page.bring_to_front()
    page.evaluate(
        """async () => {
          const key = Object.keys(localStorage).find((one) => one.endsWith(":conversation"));
          const { id, token } = JSON.parse(localStorage.getItem(key));
          const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
          await fetch(`/v1/conversations/${id}/handoff`, { method: "POST", headers, body: "{}" });
        }"""
    )
    expect(page.locator(".badge")).to_have_text(re.compile("[12]"))
    expect(other.locator(".badge")).to_have_text(re.compile("[12]"))
    page.locator(".bubble-button").click()
    expect(other.locator(".badge")).to_be_hidden()


def test_unsent_texts_are_sent_once_when_the_network_is_back(site: Site) -> None:
    page = opened(site.visit())
    say(page, ANSWERED)
    page.context.set_offline(True)
    send(page, "第一条没发出去的")
    send(page, "第二条没发出去的")
    expect(page.locator(".unsent")).to_have_count(2)
    expect(page.locator(".offline")).to_contain_text("网络断开了")
    page.context.set_offline(False)
    expect(page.locator(".unsent")).to_have_count(0)
    expect(page.locator(".offline")).to_be_hidden()
    expected = [ANSWERED, "第一条没发出去的", "第二条没发出去的"]
    assert until(page, lambda: stored_texts(page), expected) == own_texts(page)


def test_a_reply_that_got_lost_doubles_nothing(site: Site) -> None:
    page = opened(site.visit())
    say(page, ANSWERED)
    lost: list[dict[str, Any]] = []

    def lose(route: Any) -> None:
        lost.append(json.loads(route.request.post_data))
        if len(lost) > 1:
            route.continue_()
            return
        pass_on(route)  # the server has it, the page does not hear of it
        route.abort()

    page.route(re.compile("/messages$"), lose)
    send(page, VAGUE)
    expect(page.locator(".from-assistant")).to_have_count(3)  # the greeting's, too
    expect(page.locator(".unsent, .typing")).to_have_count(0)
    page.unroute(re.compile("/messages$"))
    assert own_texts(page) == [ANSWERED, VAGUE]
    assert until(page, lambda: stored_texts(page), [ANSWERED, VAGUE])
    assert len({one["client_id"] for one in lost}) == 1


def test_unsent_texts_survive_a_reload(site: Site) -> None:
    page = opened(site.visit())
    say(page, ANSWERED)
    page.route(re.compile("/messages$"), lambda route: route.abort())
    send(page, VAGUE)
    expect(page.locator(".unsent")).to_have_count(1)
    page.unroute(re.compile("/messages$"))
    page.reload()
    expect(page.locator(".from-assistant")).to_have_count(3)
    expect(page.locator(".unsent, .typing")).to_have_count(0)
    assert own_texts(page) == [ANSWERED, VAGUE]


def test_it_is_rated_when_it_is_over(site: Site) -> None:
    page = opened(site.visit())
    say(page, ANSWERED)
    page.get_by_role("button", name="结束对话").click()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".survey .fault")).to_contain_text("请先选")
    page.get_by_label("解决了", exact=True).check()
    page.get_by_label("4 分").check()
    page.get_by_label("还想说的话").fill("很清楚")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".survey")).to_have_count(0)


def test_markup_is_text(site: Site) -> None:
    page = opened(site.visit())
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    say(page, evil)
    assert own_texts(page) == [evil]
    page.reload()
    expect(page.locator(".from-customer .bubble")).to_have_text(evil)
    assert page.evaluate("window.hit") is None
    assert page.locator(".log img, .log script").count() == 0


def test_no_other_host_is_asked_and_nothing_leaks(site: Site, server: str) -> None:
    page = site.visit("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    before = page.evaluate("Object.keys(window)")
    opened(page)
    say(page, ANSWERED)
    assert page.evaluate("Object.keys(window)") == before
    assert asked
    assert all(url.startswith(server) for url in asked)
    kept = page.evaluate("Object.entries(localStorage).find(([name]) => name.endsWith(':conversation'))[1]")
    assert not [url for url in asked if json.loads(kept)["token"] in url]


@pytest.mark.parametrize("screen", [PHONE, SMALL, DESKTOP], ids=["phone", "small", "desktop"])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_all_fits_and_can_be_hit(site: Site, screen: dict[str, Any], large: bool) -> None:
    page = opened(site.visit(**screen))
    if large:
        page.get_by_role("button", name="大字").click()
    say(page, VAGUE)
    page.get_by_role("button", name="转人工").click()
    page.locator(".standing.waiting").wait_for()
    for control in page.locator("dialog button:visible, dialog textarea, summary:visible").all():
        box = control.bounding_box()
        assert box
        assert box["height"] >= LEAST_TARGET, control.inner_text()
        assert box["width"] >= LEAST_TARGET, control.inner_text()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= screen["viewport"]["width"]
    log = page.locator(".middle").bounding_box()
    assert log
    assert log["height"] >= 120
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/chat"])
def test_axe_finds_nothing(site: Site, scheme: str, path: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = site.visit(path, color_scheme=scheme, reduced_motion="reduce", **DESKTOP)
    _check(axe, page)
    if path == "/":
        opened(page)
    say(page, ANSWERED)
    page.locator("summary").last.click()
    say(page, VAGUE)
    _check(axe, page)
    say(page, DISPUTE)
    page.locator(".standing.waiting").wait_for()
    _check(axe, page)
    page.get_by_role("button", name="结束对话").click()
    page.locator(".survey").wait_for()
    _check(axe, page)


def _check(axe: Any, page: Page) -> None:
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = axe.run(page, options={"runOnly": {"type": "tag", "values": rules}})
    found = [(one["id"], [node["html"] for node in one["nodes"]]) for one in result.response["violations"]]
    assert not found


def test_on_a_phone_the_panel_holds_the_focus_and_escape_shuts_it(site: Site) -> None:
    page = opened(site.visit(**PHONE))
    inside = "document.activeElement === document.body || document.activeElement.matches('baowen-chat')"
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(page.locator("dialog.panel")).to_be_hidden()
    expect(page.locator(".bubble-button")).to_be_focused()


def test_the_script_of_the_interface_is_switched_and_remembered(site: Site) -> None:
    page = opened(site.visit())
    page.locator("#question").fill("写到一半")
    page.get_by_role("button", name="切换为繁体字").click()
    expect(page.locator(".person")).to_have_text("轉人工")
    expect(page.locator("#question")).to_have_value("写到一半")
    page.reload()
    expect(page.locator(".person")).to_have_text("轉人工")


def test_large_type_is_remembered(site: Site) -> None:
    page = opened(site.visit("/"))
    panel = "document.querySelector('baowen-chat').shadowRoot.querySelector('.panel')"
    size = f"getComputedStyle({panel}).fontSize"
    normal = page.evaluate(f"parseFloat({size})")
    page.get_by_role("button", name="大字").click()
    assert page.evaluate(f"parseFloat({size})") > normal * 1.25
    page.reload()
    page.locator(".log .pick").first.wait_for()
    assert page.evaluate(f"parseFloat({size})") > normal * 1.25


def test_a_button_of_the_site_asks(site: Site) -> None:
    page = site.visit()
    page.locator("[data-ask='怎么变更受益人？']").click()
    expect(page.locator(".from-customer .bubble")).to_have_text("怎么变更受益人？")
    expect(page.locator(".from-assistant .basis")).to_have_count(1)
