"""What the widget is to the site that includes it: one small script, and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest

from tests.browser.widget.customer import ANSWERED, expect, opened, own_texts, say, send
from tests.browser.widget.foreign_site import ForeignSite
from tests.browser.widget.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MOST_BYTES = 30_000


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


def _at(site: Site, origin: str) -> Page:
    """Visit the foreign site under one of its names."""
    return site.visit(f"{origin}/")


def test_an_allowed_site_embeds_it(configured_site: Site, foreign: ForeignSite) -> None:
    page = opened(_at(configured_site, foreign.origin()))
    say(page, ANSWERED)
    expect(page.locator(".root")).to_have_attribute("data-position", "left")
    page.reload()
    expect(page.locator(".from-customer .bubble")).to_have_text(ANSWERED)
    expect(page.locator(".bubble .basis")).to_have_count(1)
    page.get_by_role("button", name="转人工").click()
    expect(page.locator(".standing")).to_contain_text("正在等待人工")  # by the stream, too


def test_styles_of_the_site_do_not_reach_it(configured_site: Site, foreign: ForeignSite) -> None:
    page = opened(_at(configured_site, foreign.origin()))
    style = page.locator(".bubble p").first.evaluate(
        "p => { const { fontSize, letterSpacing, display } = getComputedStyle(p);"
        " return [fontSize, letterSpacing, display]; }"
    )
    assert style == ["16px", "normal", "block"]
    assert page.locator("h1").first.evaluate("h1 => getComputedStyle(h1).fontSize") == "40px"


def test_a_site_that_is_not_listed_gets_nothing(configured_site: Site, foreign: ForeignSite) -> None:
    page = configured_site.visit("about:blank")
    failed: list[str] = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto(f"{foreign.origin('127.0.0.2')}/")
    page.wait_for_load_state("networkidle")
    assert failed == [f"{foreign.widget}/widget.js"]
    assert page.evaluate("customElements.get('baowen-chat')") is None
    assert page.locator("baowen-chat").count() == 0


def test_a_site_of_another_channel_opens_no_conversation(configured_site: Site, foreign: ForeignSite) -> None:
    page = opened(_at(configured_site, foreign.origin("localhost")))
    with page.expect_response("**/v1/conversations") as refused:
        send(page, ANSWERED)
    assert refused.value.status == 403
    expect(page.get_by_role("alert")).to_contain_text("系统暂时出了点问题")
    assert own_texts(page) == [ANSWERED]
