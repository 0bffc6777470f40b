"""A customer is handed over, and a person at the desk takes it, writes and gives it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.widget.agent import SHOWN, Agent
from tests.browser.widget.customer import ANSWERED, expect, opened, say, send
from tests.browser.widget.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(configured_site: Site) -> Page:
    """The widget of a customer who waits for a person."""
    page = opened(configured_site.visit())
    say(page, ANSWERED)
    page.get_by_role("button", name="转人工").click()
    expect(page.locator(".standing")).to_contain_text("正在等待人工")
    return page


@pytest.fixture
def ticket(page: Page, agent: Agent) -> str:
    """The ticket, which the agent has taken."""
    kept = page.evaluate("Object.entries(localStorage).find(([name]) => name.endsWith(':conversation'))[1]")
    ticket = agent.take(json.loads(kept)["id"])
    expect(page.locator(".standing")).to_contain_text("正在为您服务")
    return ticket


def test_both_write_and_the_assistant_is_silent(page: Page, agent: Agent, ticket: str) -> None:
    agent.do(ticket, "typing")
    expect(page.locator(".from-agent .typing")).to_contain_text("客服正在输入")
    agent.reply(ticket, "您好，我来帮您查。\n<b>请稍等</b>")
    answer = page.locator(".from-agent .bubble:not(.typing)")
    expect(answer.locator("p")).to_have_text(["您好，我来帮您查。", "<b>请稍等</b>"])
    expect(page.locator(".from-agent .name")).to_have_text(SHOWN)
    expect(page.locator(".typing")).to_have_count(0)
    expect(page.locator(".standing")).to_have_text(f"客服 {SHOWN} 正在为您服务")
    expect(page.locator("#question")).to_have_attribute("placeholder", "请输入要对客服说的话")
    before = page.locator(".from-assistant").count()
    send(page, "好的，谢谢")
    agent.reply(ticket, "查到了，已经寄出。")
    expect(answer).to_have_count(2)
    assert page.locator(".from-assistant").count() == before
    assert "好的，谢谢" in [one["text"] for one in agent.messages(ticket) if one["author"] == "customer"]


def test_what_the_customer_types_is_told_to_the_agent_only_while_there_is_one(
    page: Page, agent: Agent, ticket: str
) -> None:
    with page.expect_response("**/typing") as told:
        page.locator("#question").press_sequentially("我想")
    assert told.value.status == 204
    agent.do(ticket, "give-back")
    expect(page.locator(".standing")).to_be_hidden()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.install()
    page.clock.fast_forward(10_000)
    page.locator("#question").press_sequentially("问一下")
    page.wait_for_timeout(300)
    assert not [url for url in asked if url.endswith("/typing")]


def test_what_an_agent_writes_to_a_shut_panel_is_counted(page: Page, agent: Agent, ticket: str) -> None:
    page.get_by_role("button", name="收起").click()
    expect(page.locator(".badge")).to_be_hidden()
    agent.reply(ticket, "您好")
    agent.reply(ticket, "您还在吗？")
    expect(page.locator(".badge")).to_have_text("2")
    expect(page.get_by_role("button", name="打开在线客服，2 条未读消息")).to_be_visible()
    page.locator(".bubble-button").click()
    expect(page.locator(".from-agent .bubble").last).to_have_text("您还在吗？")
    page.get_by_role("button", name="收起").click()
    expect(page.locator(".badge")).to_be_hidden()


def test_a_reload_finds_the_agent_and_what_was_written_meanwhile(
    page: Page, agent: Agent, ticket: str
) -> None:
    agent.reply(ticket, "第一句")
    expect(page.locator(".from-agent .bubble")).to_have_text("第一句")
    page.goto("about:blank")
    agent.reply(ticket, "第二句")
    page.goto("/chat")
    expect(page.locator(".from-agent .bubble")).to_have_text(["第一句", "第二句"])
    expect(page.locator(".standing")).to_have_text(f"客服 {SHOWN} 正在为您服务")


def test_given_back_the_assistant_answers_again(page: Page, agent: Agent, ticket: str) -> None:
    agent.reply(ticket, "您好")
    agent.do(ticket, "give-back")
    expect(page.locator(".standing")).to_be_hidden()
    expect(page.locator(".from-agent .bubble")).to_have_text("您好")
    expect(say(page, ANSWERED).locator(".bubble .basis")).to_have_count(1)


def test_a_note_of_the_desk_is_not_for_customers(page: Page, agent: Agent, ticket: str) -> None:
    agent.do(ticket, "note", text="内部备注")
    agent.reply(ticket, "您好")
    expect(page.locator(".from-agent .bubble")).to_have_text("您好")
    expect(page.locator(".log")).not_to_contain_text("内部备注")
