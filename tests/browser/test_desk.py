"""The agents' desk in a real browser against a real server."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.accounts.roles import Role
from tests.browser.desk import add_agent, customer_at, open_desk, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SCRIPT = "<img src=x onerror=document.title='x'>"
LEAST_TARGET = 44

Opened = Callable[..., "Page"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """A server with two agents and a supervisor."""
    home: Path = tmp_path_factory.mktemp("desk")
    with serving(home) as address:
        add_agent(home, "li", "李莉")
        add_agent(home, "wang", "王强")
        add_agent(home, "zhao", "赵敏", Role.AGENT, Role.SUPERVISOR)
        yield address


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Return a function that opens the desk of an agent; faults of its own code fail the test."""
    faults: list[str] = []
    contexts = []

    def open_page(name: str = "li", **options: Any) -> Page:
        page = open_desk(browser, address, name, faults, **(DESKTOP | options))
        contexts.append(page.context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "the page's own code failed"


def _take(page: Page, text: str) -> None:
    _row(page, text).click()
    page.get_by_role("button", name="接入", exact=True).click()
    page.get_by_label("回复客户").wait_for()


def _row(page: Page, text: str) -> Any:
    return page.locator("#tickets button", has_text=text)


def test_a_customer_is_taken_answered_and_resolved(opened: Opened, address: str) -> None:
    page = opened()
    customer = customer_at(address)
    customer.hand_over()
    customer.say("甲客户：我的退保什么时候到账")
    _take(page, "甲客户")
    customer.post("typing", {})
    page.get_by_text("客户正在输入…").wait_for()
    customer.say("还在吗")
    page.locator(".message.customer", has_text="还在吗").wait_for()
    page.get_by_label("回复客户").fill("您好，我来帮您查。")
    page.keyboard.press("Enter")
    page.locator(".message.agent", has_text="您好，我来帮您查。").wait_for()
    assert [one["text"] for one in customer.messages() if one["author"] == "agent"] == ["您好，我来帮您查。"]
    assert page.get_by_label("回复客户").input_value() == ""
    page.keyboard.press("Alt+e")
    dialog = page.get_by_role("dialog", name="解决工单")
    dialog.get_by_role("button", name="解决", exact=True).click()
    dialog.get_by_role("alert").get_by_text("请选择正确的知识条目").wait_for()
    dialog.get_by_label("知识库里没有合适的条目").check()
    dialog.get_by_role("button", name="解决", exact=True).click()
    dialog.wait_for(state="hidden")
    page.get_by_text("已解决。").wait_for()
    _row(page, "甲客户").wait_for(state="detached")
    assert customer.messages()[-1]["kind"] == "survey"


def test_of_two_agents_one_gets_the_ticket_and_the_other_is_told(opened: Opened, address: str) -> None:
    first, second = opened("li"), opened("wang")
    customer = customer_at(address)
    customer.hand_over()
    customer.say("乙客户：理赔材料有哪些")
    for page in (first, second):
        _row(page, "乙客户").click()
        page.get_by_role("button", name="接入", exact=True).wait_for()
    first.get_by_role("button", name="接入", exact=True).click()
    first.get_by_label("回复客户").wait_for()
    second.locator(".head").get_by_text("李莉").wait_for()
    assert not second.get_by_label("回复客户").is_visible()


def test_forbidden_wording_is_kept_back_and_the_text_stays(opened: Opened, address: str) -> None:
    page = opened()
    customer = customer_at(address)
    customer.hand_over()
    customer.say("丙客户：收益怎么样")
    _take(page, "丙客户")
    wrong = "这款产品保证收益，绝对没有风险。"
    page.get_by_label("回复客户").fill(wrong)
    page.get_by_role("button", name="发送").click()
    page.get_by_role("alert").get_by_text("不能对客户说的表述").wait_for()
    assert page.get_by_label("回复客户").input_value() == wrong
    assert not [one for one in customer.messages() if one["author"] == "agent" and one["kind"] == "text"]
    page.get_by_label("回复客户").fill("收益以合同约定为准。")
    page.keyboard.press("Enter")
    page.locator(".message.agent", has_text="以合同约定为准").wait_for()


def test_a_lost_line_is_told_and_what_was_missed_comes(opened: Opened, address: str) -> None:
    lines: list[Any] = []

    def through(line: Any) -> None:
        lines.append(line)
        line.connect_to_server()

    page = opened(before=lambda page: page.route_web_socket(re.compile("/v1/desk/events"), through))
    customer = customer_at(address)
    customer.hand_over()
    customer.say("丁客户：等一下")
    _take(page, "丁客户")
    page.get_by_label("回复客户").fill("写到一半")
    lines[-1].close()
    page.get_by_text("正在重连").wait_for()
    customer.say("断线时说的")
    page.locator(".message.customer", has_text="断线时说的").wait_for()
    assert page.locator(".message", has_text="断线时说的").count() == 1
    assert len(lines) == 2
    assert page.get_by_label("回复客户").input_value() == "写到一半"


def test_stored_script_is_only_text(opened: Opened, address: str) -> None:
    page = opened()
    customer = customer_at(address)
    customer.hand_over()
    customer.say(f"戊客户 {SCRIPT}")
    _take(page, "戊客户")
    page.locator(".message.customer", has_text=SCRIPT).wait_for()
    assert page.locator("img[src=x]").count() == 0
    assert "工作台" in page.title()


def test_a_new_message_shows_within_half_a_second(opened: Opened, address: str) -> None:
    page = opened()
    customer = customer_at(address)
    customer.hand_over()
    customer.say("己客户：你好")
    _take(page, "己客户")
    page.evaluate(
        "new MutationObserver(() => (window.shownAt ??= Date.now())).observe("
        "document.querySelector('.log'), {childList: true})"
    )
    customer.say("看得到吗")
    stored = time.time() * 1000
    page.locator(".message.customer", has_text="看得到吗").wait_for()
    assert page.evaluate("window.shownAt") - stored < 500


def test_keys_open_help_and_take_the_next(opened: Opened, address: str) -> None:
    page = opened()
    customer = customer_at(address)
    customer.hand_over()
    customer.say("庚客户：有人吗")
    _row(page, "庚客户").wait_for()
    page.keyboard.press("?")
    page.get_by_role("dialog", name="快捷键").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+n")
    page.get_by_label("回复客户").wait_for()
    assert page.get_by_label("回复客户").evaluate("field => field === document.activeElement")


def test_a_suggestion_goes_in_by_its_key_and_can_be_changed(opened: Opened, address: str) -> None:
    page = opened()
    customer = customer_at(address)
    customer.hand_over()
    customer.say("壬客户想问犹豫期内怎么退保")
    _take(page, "壬客户")
    offered = page.get_by_role("group", name="建议回复").get_by_role("button")
    offered.first.wait_for()
    assert offered.count() == 3
    page.keyboard.press("Alt+1")
    text = page.get_by_label("回复客户").input_value()
    assert text and text in offered.first.locator(".offer").inner_text()
    page.get_by_label("回复客户").fill(f"您好，{text}")
    page.keyboard.press("Enter")
    page.locator(".message.agent", has_text="您好，").wait_for()
    assert [one["text"] for one in customer.messages() if one["author"] == "agent"] == [f"您好，{text}"]


def test_a_note_stays_among_colleagues_and_a_transfer_leaves_the_hand(opened: Opened, address: str) -> None:
    page = opened()
    customer = customer_at(address)
    customer.hand_over()
    customer.say("癸客户：发票开错了")
    _take(page, "癸客户")
    page.keyboard.press("Alt+b")
    note = page.get_by_role("dialog", name="添加备注")
    note.get_by_role("button", name="保存备注").click()
    note.get_by_role("alert").get_by_text("空着的内容").wait_for()
    note.get_by_label("备注").fill("客户很着急")
    note.get_by_role("button", name="保存备注").click()
    page.locator("#about").get_by_text("客户很着急").wait_for()
    assert "客户很着急" not in str(customer.messages())
    page.keyboard.press("Alt+t")
    transfer = page.get_by_role("dialog", name="转给其他队列")
    transfer.get_by_label("队列").select_option("收付费")
    transfer.get_by_label("原因").fill("发票归收付费")
    transfer.get_by_role("button", name="转队列").click()
    transfer.wait_for(state="hidden")
    page.get_by_label("回复客户").wait_for(state="hidden")
    page.locator(".head").get_by_text("收付费").wait_for()


def test_masked_data_is_shown_only_when_asked_for(opened: Opened, address: str) -> None:
    page = opened()
    customer = customer_at(address)
    customer.hand_over()
    customer.say("子客户，手机13912345678")
    _take(page, "子客户")
    assert "13912345678" not in page.content()
    page.get_by_role("button", name="查看完整内容").click()
    page.locator(".message.customer", has_text="13912345678").wait_for()


def test_the_supervisor_sees_queues_and_agents_and_switches_off(opened: Opened, address: str) -> None:
    page = opened("zhao")
    page.get_by_role("link", name="督导台").click()
    page.get_by_role("row", name="综合人工").wait_for()
    page.get_by_role("button", name="停用…").click()
    dialog = page.get_by_role("dialog", name="停用自动回答")
    dialog.get_by_label("告诉客户的话").fill("系统维护，由人工为您服务。")
    dialog.get_by_role("button", name="立即停用").click()
    page.get_by_text("全部渠道已停用").wait_for()
    try:
        desk = opened("li")
        desk.get_by_text("自动回答已停用").wait_for()
        assert desk.get_by_role("link", name="督导台").count() == 0
    finally:
        page.get_by_role("button", name="恢复").click()
        page.get_by_role("dialog").get_by_role("button", name="恢复").click()
    page.get_by_text("没有停用任何内容").wait_for()
    desk.get_by_text("自动回答已停用").wait_for(state="hidden")


def test_who_does_not_supervise_is_told_so(opened: Opened, address: str) -> None:
    page = opened("li")
    page.goto("/supervisor")
    page.get_by_role("alert").get_by_text("没有这项权限").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_supervisors_page_is_for_everybody(
    opened: Opened, address: str, screen: dict[str, Any], scheme: str
) -> None:
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    page = opened("zhao", color_scheme=scheme, bypass_csp=True, **screen)
    page.goto("/supervisor")
    page.get_by_role("row", name="综合人工").wait_for()
    _check(page, axe)
    page.get_by_role("button", name="停用…").click()
    page.get_by_role("dialog").wait_for()
    _check(page, axe)


_SMALL_TARGETS = """(least) => [...document.querySelectorAll("button, a, input, select, textarea")]
  .filter((one) => one.checkVisibility() && !one.closest("label"))
  .filter((one) => one.getBoundingClientRect().height < least - 0.5)
  .map((one) => one.outerHTML)"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_desk_is_for_everybody(opened: Opened, address: str, screen: dict[str, Any], scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    customer = customer_at(address, "保单怎么退保")
    customer.hand_over()
    word = f"辛客户{scheme}{screen['viewport']['width']}"
    customer.say(f"{word}：我的手机号是13800138000，请回电")
    page = opened(color_scheme=scheme, bypass_csp=True, **screen)
    _row(page, word).wait_for()
    _check(page, axe)
    _take(page, word)
    page.locator(".message.customer").first.wait_for()
    _check(page, axe)
    if page.locator(".views").is_visible():
        page.locator(".views").get_by_text("资料").click()
    page.locator("#about").get_by_role("heading", name="摘要").wait_for()
    _check(page, axe)
    assert not re.search("13800138000", page.content())


def _check(page: Page, axe: str) -> None:
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run().then((done) => done.violations.map((one) => [one.id, one.nodes[0].html]))"
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(_SMALL_TARGETS, LEAST_TARGET) == []
