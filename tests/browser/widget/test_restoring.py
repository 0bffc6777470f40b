"""What the widget keeps for a reload and for another tab of the site."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.widget.customer import ANSWERED, DISPUTE, VAGUE, expect, opened, say, send, stored
from tests.browser.widget.site import PHONE, Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


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


def test_what_somebody_else_wrote_here_is_neither_shown_nor_sent(site: Site) -> None:
    page = opened(site.visit())
    page.route("**/messages", lambda route: route.abort())
    send(page, ANSWERED)
    expect(page.locator(".unsent")).to_have_count(1)
    page.evaluate(
        """() => {
          const key = Object.keys(localStorage).find((one) => one.endsWith(":conversation"));
          const kept = JSON.parse(localStorage.getItem(key));
          localStorage.setItem(key, JSON.stringify({ ...kept, person: "of-before" }));
        }"""
    )
    page.unroute("**/messages")
    page.reload()
    page.locator(".log .pick").first.wait_for()
    expect(page.locator(".from-customer")).to_have_count(0)
    say(page, VAGUE)
    assert [one["text"] for one in stored(page) if one["author"] == "customer"] == [VAGUE]


def test_what_somebody_else_could_not_even_begin_to_send_is_dropped(site: Site) -> None:
    page = opened(site.visit())
    page.route("**/v1/conversations", lambda route: route.abort())
    send(page, ANSWERED)
    expect(page.locator(".unsent")).to_have_count(1)
    page.evaluate("localStorage.setItem(`baowen:${location.host}:web:person`, JSON.stringify('of-before'))")
    page.unroute("**/v1/conversations")
    page.reload()
    page.locator(".log .pick").first.wait_for()
    say(page, VAGUE)
    assert [one["text"] for one in stored(page) if one["author"] == "customer"] == [VAGUE]


def test_where_it_stands_is_restored_too(site: Site) -> None:
    page = opened(site.visit())
    say(page, DISPUTE)
    expect(page.locator(".standing")).to_contain_text("正在等待人工：投诉专席")
    other = site.tab(page.context, "/chat")
    for one in (page, other):
        one.reload()
        expect(one.locator(".standing")).to_contain_text("正在等待人工：投诉专席")
        expect(one.locator(".from-customer .bubble")).to_have_text(DISPUTE)
    other.get_by_role("button", name="返回智能助手").click()
    expect(page.locator(".standing.waiting")).to_have_count(0)


def test_a_tab_that_closed_the_panel_finds_it_closed_the_other_open(site: Site) -> None:
    page = opened(site.visit())
    other = site.tab(page.context)
    expect(other.locator("dialog.panel")).to_be_hidden()
    page.reload()
    expect(page.locator("dialog.panel")).to_be_visible()
    page.get_by_role("button", name="收起").click()
    page.reload()
    expect(page.locator(".bubble-button")).to_be_visible()
    expect(page.locator("dialog.panel")).to_be_hidden()
    names = page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)]")
    assert names and all(name.startswith("baowen:") for name in names)


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


def test_what_another_tab_says_it_has_shown_counts_before_the_storage_says_so(site: Site) -> None:
    page = opened(site.visit())
    say(page, ANSWERED)
    page.evaluate("localStorage.setItem(`baowen:${location.host}:web:seen`, '0')")
    other = site.tab(page.context)
    expect(other.locator(".badge")).to_have_text("1")
    page.evaluate("new BroadcastChannel(`baowen:${location.host}:web:`).postMessage({ seen: 2 })")
    expect(other.locator(".badge")).to_be_hidden()
    assert page.evaluate("localStorage.getItem(`baowen:${location.host}:web:seen`)") == "0"


def test_the_script_of_the_interface_is_switched_and_remembered(site: Site) -> None:
    page = opened(site.visit())
    page.locator("#question").fill("写到一半")
    page.get_by_role("button", name="切换为繁体字").click()
    expect(page.locator(".person")).to_have_text("轉人工")
    expect(page.locator("#question")).to_have_value("写到一半")
    page.reload()
    expect(page.locator(".person")).to_have_text("轉人工")


def _type_size(page: Page) -> float:
    return float(page.locator(".panel").evaluate("panel => parseFloat(getComputedStyle(panel).fontSize)"))


def test_large_type_is_remembered(site: Site) -> None:
    page = opened(site.visit(**PHONE))
    switch = page.get_by_role("button", name="大字")
    normal = _type_size(page)
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.click()
    assert _type_size(page) > normal * 1.25
    page.reload()
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert _type_size(page) > normal * 1.25
    switch.click()
    page.reload()
    page.locator(".log .pick").first.wait_for()
    assert _type_size(page) == normal


def test_without_storage_it_works_and_remembers_nothing(site: Site) -> None:
    page = site.visit("about:blank")
    page.add_init_script(
        """for (const name of ["localStorage", "sessionStorage"]) {
          Object.defineProperty(window, name, { get() { throw new DOMException("no", "SecurityError"); } });
        }"""
    )
    page.goto("/")
    say(opened(page), ANSWERED)
    page.reload()
    opened(page)
    expect(page.locator(".from-customer")).to_have_count(0)
