"""The whole story of a conversation: two browsers, one server that is killed in between."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from knowledge_base.taxonomy import shipped_taxonomy
from tests.api.test_streams import Server
from tests.browser.desk import add_agent, open_desk
from tests.browser.faults import note_faults
from tests.browser.story import Said, agents_log, customers_log, in_page, people, squeezed
from tests.browser.widget.customer import ANSWERED, DISPUTE, expect, opened, send, stored, until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WAIT = 30_000
ALWAYS_OPEN = {"hours": {"always": list(shipped_taxonomy().queues)}}
WITHIN_DAYS = "犹豫期内怎么退保"
"""A question that agents are offered replies to."""


@pytest.fixture
def server(own_home: Path, database_url: Any) -> Iterator[Server]:
    """A server with an agent, whose queues never close."""
    rules = own_home / "content" / "desk.yaml"
    rules.parent.mkdir()
    rules.write_text(yaml.safe_dump(ALWAYS_OPEN), encoding="utf-8")
    url = database_url if isinstance(database_url, str) else database_url.render_as_string(False)
    started = Server(own_home, url).start()
    add_agent(url, "li", "李莉")
    yield started
    started.stop()


class Story:
    """The customer's and the agent's page, and what either does there."""

    def __init__(self, customer: Page, agent: Page, server: Server) -> None:
        self.customer, self.agent, self.server = customer, agent, server
        self.wrote: list[Said] = []
        self.id = ""  # the ticket's, when there is one
        self.reply = agent.get_by_label("回复客户")
        self.standing = customer.locator(".standing")

    def ask(self, text: str) -> None:
        """Let the customer send a text."""
        send(self.customer, text)
        self.wrote.append(("customer", squeezed(text)))

    def reply_with(self, text: str) -> None:
        """Let the agent send a text."""
        self.reply.fill(text)
        self.reply.press("Enter")
        self.wrote.append(("agent", squeezed(text)))

    def answer(self, text: str) -> None:
        """Let the agent send a text, and wait until it is stored."""
        self.reply_with(text)
        expect(self.reply).to_have_value("")

    def customer_is_told(self, text: str) -> None:
        expect(self.standing).to_contain_text(text)

    def ticket(self, what: str = "") -> Any:
        """Ask the API as the desk does."""
        return in_page(self.agent, f"/v1/tickets/{self.id}{what}")

    def customer_sees(self, text: str) -> None:
        expect(self.customer.locator(".from-agent .bubble", has_text=text)).to_have_count(1)

    def agent_sees(self, text: str) -> None:
        expect(self.agent.locator(".message.customer", has_text=text)).to_have_count(1)


@pytest.fixture
def story(browser: Browser, server: Server) -> Iterator[Story]:
    """Both pages, with the server behind them; faults of their own code fail the test."""
    expect.set_options(timeout=WAIT)
    address = f"http://127.0.0.1:{server.port}"
    faults: list[str] = []
    agent = open_desk(browser, address, "li", faults, viewport={"width": 1440, "height": 900})
    customer = browser.new_context(base_url=address, locale="zh-CN").new_page()
    note_faults(customer, faults)
    customer.goto("/")
    yield Story(opened(customer), agent, server)
    for page in (customer, agent):
        page.context.close()
    assert not faults, "the page's own code failed"


def test_a_conversation_from_the_question_to_the_rating(story: Story) -> None:
    _is_answered(story)
    _is_queued_and_taken(story)
    _is_offered_a_reply_and_changes_it(story)
    _both_write_at_once(story)
    _the_customers_line_breaks(story)
    _the_server_is_killed(story)
    _is_resolved_with_a_label(story)
    _is_rated(story)
    _is_the_same_everywhere(story)


def _is_answered(story: Story) -> None:
    story.ask(ANSWERED)
    expect(story.customer.locator(".from-assistant .basis-line").first).to_contain_text("依据：")


def _is_queued_and_taken(story: Story) -> None:
    row = story.agent.locator("#tickets button")
    expect(row).to_have_count(0)
    story.ask(DISPUTE)
    story.customer_is_told("正在等待人工：投诉专席")
    story.customer_is_told("您排在第 1 位")
    row.click()  # it came by itself
    story.id = row.get_attribute("data-ticket") or ""
    story.agent.get_by_role("button", name="接入", exact=True).click()
    story.customer_is_told("客服 李莉 正在为您服务")


def _is_offered_a_reply_and_changes_it(story: Story) -> None:
    story.ask(WITHIN_DAYS)
    story.agent_sees(WITHIN_DAYS)
    offered = story.agent.get_by_role("group", name="建议回复").get_by_role("button", name="犹豫期").first
    offered.click()
    text = story.reply.input_value()
    assert squeezed(text) in squeezed(offered.inner_text())
    story.answer(f"您好，我是李莉。{text}")
    story.customer_sees("您好，我是李莉。")
    assert "edited" in [one["outcome"] for one in story.ticket("/suggestions")]
    story.ask("明白了，谢谢")
    story.agent_sees("明白了，谢谢")


def _both_write_at_once(story: Story) -> None:
    story.ask("再问一下")
    story.reply_with("您请说")
    story.ask("退的钱退到哪里")
    expect(story.reply).to_have_value("")
    story.answer("退到您缴费的账户")
    story.customer_sees("您请说")
    story.customer_sees("退到您缴费的账户")
    story.agent_sees("退的钱退到哪里")
    before = customers_log(story.customer)
    story.customer.reload()
    story.customer_is_told("客服 李莉 正在为您服务")
    until(story.customer, lambda: customers_log(story.customer), before)


def _the_customers_line_breaks(story: Story) -> None:
    story.customer.context.set_offline(True)
    expect(story.customer.locator(".offline")).to_be_visible()
    story.answer("您那边断线了吗")
    story.answer("我在这里等您")
    story.customer.context.set_offline(False)
    story.customer_sees("您那边断线了吗")
    story.customer_sees("我在这里等您")
    expect(story.customer.locator(".offline")).to_be_hidden()


def _the_server_is_killed(story: Story) -> None:
    story.server.stop(signal.SIGKILL)
    story.ask("刚才断了")
    story.ask("现在好了吗")
    expect(story.customer.locator(".unsent")).to_have_count(2)
    expect(story.customer.locator(".offline")).to_be_visible()
    expect(story.agent.get_by_text("正在重连")).to_be_visible()
    story.reply_with("线路不稳，请您稍等")
    expect(story.agent.get_by_role("alert").filter(visible=True)).to_have_count(1)
    expect(story.reply).to_have_value("线路不稳，请您稍等")
    story.agent.context.set_offline(True)  # so that the desk misses what the customer sends first
    story.server.start()
    expect(story.customer.locator(".unsent")).to_have_count(0)
    story.agent.context.set_offline(False)
    expect(story.agent.get_by_text("已连接")).to_be_visible()
    story.agent_sees("刚才断了")
    story.agent_sees("现在好了吗")
    story.reply.press("Enter")
    expect(story.reply).to_have_value("")
    story.customer_sees("线路不稳，请您稍等")
    expect(story.customer.locator(".offline")).to_be_hidden()


def _is_resolved_with_a_label(story: Story) -> None:
    story.reply.press("Alt+e")
    dialog = story.agent.get_by_role("dialog", name="解决工单")
    entry = dialog.locator("input[value^='entry:']").first
    entry.check()
    chosen = (entry.get_attribute("value") or "").removeprefix("entry:")
    dialog.get_by_role("button", name="解决", exact=True).click()
    dialog.wait_for(state="hidden")
    resolved = story.ticket()
    assert (resolved["state"], resolved["right_entry_id"]) == ("resolved", chosen)


def _is_rated(story: Story) -> None:
    survey = story.customer.locator(".survey")
    survey.get_by_label("解决了", exact=True).check()
    survey.get_by_label("5 分").check()
    survey.get_by_role("button", name="提交").click()
    story.customer.get_by_label("9 分").check()
    story.customer.get_by_role("button", name="提交").click()
    expect(story.customer.locator(".tail")).to_have_text("感谢您的评价。")
    conversation = story.ticket()["conversation"]
    assert (conversation["rating"], conversation["rated_solved"]) == (5, True)


def _is_the_same_everywhere(story: Story) -> None:
    messages = stored(story.customer)
    numbers = list(range(1, len(messages) + 1))
    assert [one["seq"] for one in messages] == numbers
    said = [(one["author"], squeezed(one["text"])) for one in messages]
    assert sorted(people(said)) == sorted(story.wrote)
    transcript = agents_log(story.agent)
    assert [seq for seq, _, _ in transcript] == numbers
    assert [(author, text) for _, author, text in transcript] == said
    log = customers_log(story.customer)
    assert [author for author, _ in log] == [author for author, _ in said]
    assert people(log) == people(said)
