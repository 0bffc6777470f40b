"""The whole story of a changed answer: a spreadsheet, two editors, a customer, and the way back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.knowledge.site import Client, Opened, deed, fill_and_send, sheet, upload
from tests.browser.story import squeezed
from tests.browser.widget.customer import expect, say
from tests.browser.widget.customer import opened as open_widget

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

ENTRY, QUESTION = "claim_documents.invoice_lost", "发票丢了，还能申请理赔吗？"
NEW = "可以先申请：先联系医院补开发票，或者要一份盖章的复印件，再向我们提交；具体以合同为准。"
PROMISE = "材料交齐后保证赔付。"
BESIDE = ("满期保险金的利息怎么领取（分公司）", "保单能改成电子版吗（分公司）")
"""Questions of the two bad rows."""

RIVAL, RIVALS_QUESTION = "payment_method.frequency", "保费可以分期交吗"
PUBLISHED = 120_000


@pytest.fixture
def customer(browser: Browser, address: str) -> Iterator[Page]:
    """A customer whose widget is open all the time."""
    page = browser.new_context(base_url=address, locale="zh-CN").new_page()
    page.goto("/")
    yield open_widget(page)
    page.context.close()


class Story:
    """Two editors' pages and a customer's, with what they do there again and again."""

    def __init__(self, li: Page, wang: Page, customer: Page, client: Client) -> None:
        self.li, self.wang, self.customer, self.client = li, wang, customer, client
        self.before = ""  # what the customer was told first
        self.number = 0  # of the snapshot with the new answer

    def answered(self) -> str:
        """Let the customer ask; return the answer."""
        return squeezed(say(self.customer, QUESTION).locator(".bubble").first.inner_text())

    def entry(self) -> dict[str, Any]:
        """Ask the API for the entry as it is now."""
        view: dict[str, Any] = self.client.ask("GET", f"/entries/{ENTRY}")
        return view


def answer(page: Page) -> Locator:
    return page.get_by_label("答案", exact=True)


def checked(page: Page) -> None:
    page.locator(".summary", has_text="没有必须改的地方").wait_for()


def test_an_answer_from_the_spreadsheet_to_the_customer_and_back(
    opened: Opened, customer: Page, li: Client, zhao: Client
) -> None:
    story = Story(opened("li", "#/import"), opened("wang"), customer, li)
    story.before = story.answered()
    _is_imported_when_two_bad_rows_are_mended(story)
    _a_promise_is_held_back_and_mended(story)
    _a_collision_is_resolved(story)
    _is_submitted(story)
    assert story.answered() == story.before
    _the_author_cannot_publish(story)
    _a_second_person_publishes(story)
    assert "再向我们提交" in story.answered()
    _goes_back(story)
    assert story.answered() == story.before
    _two_editors_collide_and_nothing_is_lost(story)
    _who_has_no_right_can_do_nothing(opened("zhao", f"#/entries/{ENTRY}"), zhao, story.entry())


def _is_imported_when_two_bad_rows_are_mended(story: Story) -> None:
    page = story.li
    good, no_answer, no_intent = (
        (ENTRY, QUESTION, NEW, ""),
        ("", BESIDE[0], "", "生存金年金红利领取"),
        ("", BESIDE[1], NEW, "没有的类别"),
    )
    upload(page, sheet("编号", "客户怎么问", "标准答案", "类别", rows=[good, no_answer, no_intent]))
    page.get_by_label("客户怎么问", exact=True).select_option("标准问题")
    page.get_by_text("还有 2 行有问题").wait_for()
    _mends(page, BESIDE[0], "回答", NEW)
    page.get_by_text("还有 1 行有问题").wait_for()
    _mends(page, BESIDE[1], "类别", "保单补发与发票")
    page.get_by_text("新增 2 条，修改 1 条").wait_for()
    assert story.entry()["entry"]["answer"] != NEW  # nothing before the confirmation
    page.get_by_label("同时提交审核").uncheck()
    deed(page, "导入 3 条")
    page.get_by_text("已导入：新增 2 条，修改 1 条，存为草稿").wait_for()
    page.get_by_role("link", name="查看条目").click()


def _mends(page: Page, question: str, label: str, text: str) -> None:
    row = page.locator("article").filter(has_text=question)
    control = row.get_by_label(label, exact=True)
    control.select_option(text) if label == "类别" else control.fill(text)
    row.get_by_role("button", name="保存这一行").click()


def _a_promise_is_held_back_and_mended(story: Story) -> None:
    page = story.li
    page.get_by_label("搜索条目").fill(QUESTION)
    page.get_by_role("region", name="条目列表").get_by_role("link", name=QUESTION).first.click()
    checked(page)
    assert answer(page).input_value() == NEW
    answer(page).fill(NEW + PROMISE)
    finding = page.locator('.finding[data-code="wording"]')
    finding.get_by_text("“保证赔付”不能对客户说").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("还有必须改的地方").wait_for()
    assert story.entry()["status"] == "draft"
    finding.get_by_role("button", name="改成").click()
    checked(page)
    assert answer(page).input_value().startswith(NEW)
    assert "保证赔付" not in answer(page).input_value()


def _a_collision_is_resolved(story: Story) -> None:
    page = story.li
    page.get_by_role("button", name="＋ 加一个问法").click()
    page.keyboard.type(RIVALS_QUESTION)
    rival = page.locator(f'.rival[data-entry="{RIVAL}"]')
    rival.get_by_text("会先找到对方的").wait_for()
    rival.get_by_role("button", name="删掉这个问法").first.click()
    rival.wait_for(state="detached")
    checked(page)


def _is_submitted(story: Story) -> None:
    page = story.li
    page.keyboard.press("Control+Enter")
    page.locator(".standing").get_by_text("待审核").wait_for()
    now = story.entry()
    assert now["status"] == "in_review"
    assert RIVALS_QUESTION not in now["entry"]["variants"]


def _the_author_cannot_publish(story: Story) -> None:
    page = story.li
    page.goto(f"/knowledge#/review/{ENTRY}")
    page.get_by_text("需要另一位同事看过后发布").wait_for()
    assert page.get_by_role("button", name="立即发布…").count() == 0
    assert page.get_by_role("checkbox", name=f"选择：{QUESTION}").is_disabled()
    order = {"ids": [ENTRY], "revisions": {ENTRY: story.entry()["revision"]}, "reason": ""}
    refused = story.client.call("POST", "/publishes", order)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "four_eyes")


def _a_second_person_publishes(story: Story) -> None:
    page = story.wang
    page.get_by_role("link", name="审核发布").click()
    page.locator(f'[data-entry="{ENTRY}"]').click()
    expect(page.locator(".difference ins").first).to_be_visible()
    expect(page.locator(".difference del").first).to_be_visible()
    deed(page, "立即发布…")
    fill_and_send(page, "说明", "说法更清楚", "发布")
    page.get_by_text("号版本已生效").wait_for(timeout=PUBLISHED)


def _goes_back(story: Story) -> None:
    page = story.wang
    page.get_by_role("link", name="版本", exact=True).click()
    row = page.get_by_role("row", name="说法更清楚")
    expect(row).to_contain_text("正在使用")
    number = int(row.get_by_role("link").inner_text().split()[1])
    page.goto(f"/knowledge#/history/{number - 1}")
    deed(page, f"回滚到第 {number - 1} 号…")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("线上会有 1 条改变").wait_for()
    dialog.locator("summary", has_text=QUESTION).click()
    expect(dialog.locator("ins").first).to_be_visible()
    fill_and_send(page, "为什么回滚", "旧说法更稳妥", "回滚")
    page.get_by_text(f"第 {number + 1} 号版本已生效").wait_for(timeout=PUBLISHED)


def _two_editors_collide_and_nothing_is_lost(story: Story) -> None:
    mine, theirs = "李莉补的一句短答案。", "王强补的一句短答案。"
    for page, text in ((story.wang, theirs), (story.li, mine)):
        page.goto(f"/knowledge#/entries/{ENTRY}")
        page.locator(".summary").filter(has_text=re.compile("必须改")).wait_for()
        page.get_by_label("短答案").fill(text)
    story.wang.keyboard.press("Control+s")
    story.wang.get_by_text("已保存。").wait_for()
    story.li.keyboard.press("Control+s")
    story.li.get_by_role("heading", name="别人先保存了").wait_for()
    assert story.entry()["entry"]["short_answer"] == theirs
    choice = story.li.locator('.choice[data-field="short_answer"]')
    expect(choice.get_by_role("group", name="我的改动").locator("ins").first).to_contain_text("李莉")
    expect(choice.get_by_role("group", name="王强的改动").locator("ins").first).to_contain_text("王强")
    choice.get_by_role("textbox", name="合并后的短答案").fill(theirs + mine)
    deed(story.li, "保存合并后的内容")
    story.li.get_by_text("已保存合并后的内容").wait_for()
    assert story.entry()["entry"]["short_answer"] == theirs + mine


def _who_has_no_right_can_do_nothing(page: Page, client: Client, view: dict[str, Any]) -> None:
    page.get_by_role("heading", name="没有权限").wait_for()
    assert page.get_by_role("navigation").count() == 0
    for role in ("button", "textbox"):
        assert page.get_by_role("main").get_by_role(role).count() == 0
    calls = [
        ("GET", f"/entries/{ENTRY}", None),
        ("PUT", f"/entries/{ENTRY}", {"entry": view["entry"], "based_on": view["revision"]}),
        ("POST", "/publishes", {"ids": [ENTRY], "revisions": {}, "reason": ""}),
    ]
    assert [client.call(*call).status_code for call in calls] == [403, 403, 403]
    page.get_by_role("link", name="工作台").click()
    page.get_by_text("已连接").wait_for()
    assert page.get_by_role("link", name="知识管理").count() == 0
