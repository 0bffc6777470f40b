"""What fails on the way is told, kept and made good; nothing is doubled."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.widget.customer import (
    ANSWERED,
    VAGUE,
    expect,
    opened,
    own_texts,
    say,
    send,
    stored_texts,
    until,
)
from tests.browser.widget.site import Site, pass_on

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MESSAGES = re.compile("/messages$")


def _talking(site: Site) -> Page:
    page = opened(site.visit())
    say(page, ANSWERED)
    return page


def test_unsent_texts_are_sent_once_when_the_network_is_back(site: Site) -> None:
    page = _talking(site)
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
    page = _talking(site)
    lost: list[dict[str, Any]] = []

    def lose(route: Any) -> None:
        lost.append(json.loads(route.request.post_data))
        if len(lost) > 1:
            route.continue_()
            return
        pass_on(route)  # the server has it, the page does not hear of it
        route.abort()

    page.route(MESSAGES, lose)
    send(page, VAGUE)
    expect(page.locator(".from-assistant")).to_have_count(3)  # the greeting's, too
    expect(page.locator(".unsent, .typing")).to_have_count(0)
    page.unroute(MESSAGES)
    assert own_texts(page) == [ANSWERED, VAGUE]
    assert until(page, lambda: stored_texts(page), [ANSWERED, VAGUE])
    assert len({one["client_id"] for one in lost}) == 1


def test_a_lost_text_is_kept_and_sent_again(site: Site) -> None:
    page = _talking(site)
    page.route(MESSAGES, lambda route: route.abort())
    send(page, VAGUE)
    expect(page.get_by_role("alert")).to_contain_text("网络不通")
    expect(page.locator(".from-customer.unsent .bubble")).to_have_text(VAGUE)
    page.unroute(MESSAGES)
    expect(page.locator(".notice, .unsent, .typing")).to_have_count(0)
    assert until(page, lambda: stored_texts(page), [ANSWERED, VAGUE]) == own_texts(page)


def test_a_click_sends_at_once_what_would_wait(site: Site) -> None:
    page = _talking(site)
    page.route(MESSAGES, lambda route: route.fulfill(status=503, headers={"Retry-After": "600"}))
    send(page, VAGUE)
    page.locator(".unsent").wait_for()
    page.unroute(MESSAGES)
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".notice, .unsent, .typing")).to_have_count(0)
    assert until(page, lambda: stored_texts(page), [ANSWERED, VAGUE]) == own_texts(page)


def test_unsent_texts_survive_a_reload(site: Site) -> None:
    page = _talking(site)
    page.route(MESSAGES, lambda route: route.abort())
    send(page, VAGUE)
    expect(page.locator(".unsent")).to_have_count(1)
    page.unroute(MESSAGES)
    page.reload()
    expect(page.locator(".from-assistant")).to_have_count(3)
    expect(page.locator(".unsent, .typing")).to_have_count(0)
    assert own_texts(page) == [ANSWERED, VAGUE]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (503, '{"error": {"code": "storage", "message": "x", "detail": null}}', "系统暂时出了点问题"),
        (429, '{"error": {"code": "busy", "message": "x", "detail": null}}', "问的人比较多"),
        (200, "<html>a proxy's page</html>", "系统暂时出了点问题"),
        (200, '{"no": "text"}', "系统暂时出了点问题"),
        (200, '{"messages": [], "state": "assistant"}', "系统暂时出了点问题"),
    ],
)
def test_a_failing_server_is_told_in_plain_words(site: Site, status: int, body: str, words: str) -> None:
    page = _talking(site)
    page.route(MESSAGES, lambda route: route.fulfill(status=status, body=body))
    send(page, VAGUE)
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text(words)
    expect(notice.get_by_role("button", name="重试")).to_be_visible()
    assert own_texts(page) == [ANSWERED, VAGUE]
    page.unroute(MESSAGES)
    until(page, lambda: stored_texts(page), [ANSWERED, VAGUE])


def test_a_server_out_of_order_is_told_apart_from_the_network(site: Site) -> None:
    page = _talking(site)
    page.route("**/v1/conversations/**", lambda route: route.fulfill(status=503))
    page.context.set_offline(True)  # lets the page look; what the test fulfils is no network
    expect(page.locator(".offline")).to_contain_text("暂时连不上服务")
    page.unroute("**/v1/conversations/**")
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_be_hidden()


def test_what_cannot_be_read_comes_back_into_the_field(site: Site) -> None:
    page = opened(site.visit())
    send(page, "😀😀")
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("用文字")
    assert notice.get_by_role("button").count() == 0, "the same text would fail again"
    expect(page.locator("#question")).to_have_value("😀😀")
    assert own_texts(page) == []


def test_after_a_lost_conversation_one_begins_as_at_first(site: Site) -> None:
    page = _talking(site)
    page.reload()
    expect(page.locator(".from-customer")).to_have_count(1)
    assert page.locator(".log .message").first.locator(".pick").count() == 0
    headers = {"authorization": "Bearer of-nothing"}
    page.route("**/events", lambda route: route.continue_(headers=route.request.headers | headers))
    page.context.set_offline(True)
    page.context.set_offline(False)
    expect(page.locator(".from-customer")).to_have_count(0)
    question = page.locator(".log .pick").first
    question.wait_for()
    page.unroute("**/events")
    question.click()
    expect(page.locator(".bubble .basis")).to_have_count(1)


def test_a_deed_that_failed_is_told_and_done_again_at_a_click(site: Site) -> None:
    page = _talking(site)
    page.route("**/handoff", lambda route: route.abort())
    page.get_by_role("button", name="转人工").click()
    notice = page.get_by_role("alert")
    expect(notice).to_contain_text("没有成功，请点“重试”")
    expect(notice).not_to_contain_text("自动")
    page.unroute("**/handoff")
    notice.get_by_role("button", name="重试").click()
    expect(page.locator(".standing")).to_contain_text("正在等待人工")
    expect(notice).to_have_count(0)


def test_a_person_is_reached_though_the_conversation_was_lost(site: Site) -> None:
    page = site.visit("about:blank")
    page.route("**/events", lambda route: route.abort())  # tells nothing of the loss
    page.goto("/")
    say(opened(page), ANSWERED)
    kept = page.evaluate("Object.entries(localStorage).find(([name]) => name.endsWith(':conversation'))[1]")
    lost = f"**/conversations/{json.loads(kept)['id']}/**"
    page.route(lost, lambda route: route.continue_(headers={"authorization": "Bearer of-nothing"}))
    page.get_by_role("button", name="转人工").click()
    expect(page.get_by_role("alert")).to_contain_text("已经失效")
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".standing")).to_contain_text("正在等待人工")
