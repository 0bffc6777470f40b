"""A company value reaches an open widget; a lexicon is tried and saved; a replaced law is worked through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.knowledge.site import Client, Opened, require_everywhere

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

QUESTION = "医疗费发票丢了，还能申请理赔吗？"
NEW_LINE = "400-765-4321"


def test_a_new_number_is_told_by_a_widget_that_was_open(
    opened: Opened, browser: Browser, address: str
) -> None:
    chat = browser.new_context(base_url=address, locale="zh-CN").new_page()
    chat.goto("/chat")
    asked = chat.get_by_role("textbox").first
    asked.fill(QUESTION)
    asked.press("Enter")
    chat.get_by_text("400-000-0001").first.wait_for()

    page = opened("li", "#/company", bypass_csp=True)
    line = page.get_by_label("理赔电话", exact=True)
    require_everywhere(page)
    line.fill("请打电话")
    page.get_by_role("button", name="保存并生效").click()
    page.get_by_text("请填写电话号码").wait_for()
    line.fill(NEW_LINE)
    page.reload()  # what was written is still there
    page.get_by_role("heading", name="公司资料").wait_for()
    assert page.get_by_label("理赔电话", exact=True).input_value() == NEW_LINE
    page.locator(".answer").get_by_text(NEW_LINE).wait_for()
    page.get_by_role("button", name="保存并生效").click()
    page.get_by_text("理赔电话：400-000-0001 → 400-765-4321").wait_for()

    chat.wait_for_timeout(3000)
    asked.fill(QUESTION)
    asked.press("Enter")
    chat.get_by_text(NEW_LINE).first.wait_for()
    chat.context.close()
    page.get_by_role("button", name="恢复为配置文件").click()
    page.get_by_role("dialog").get_by_role("button", name="恢复", exact=True).click()
    page.get_by_text("恢复为配置文件里的内容").wait_for()


def test_a_word_is_tried_and_saved_and_a_bad_rule_refused(opened: Opened) -> None:
    page = opened("li", "#/lexicons", bypass_csp=True)
    page.get_by_label("整体保留的词").fill("小红书保险")
    page.get_by_label("看一句话怎么分词").fill("小红书保险怎么退")
    page.get_by_role("button", name="试一试").click()
    page.get_by_text("分词：小红书保险 /").wait_for()
    page.get_by_role("button", name="保存并生效").click()
    page.get_by_text("新增 小红书保险").wait_for()
    require_everywhere(page)
    page.get_by_role("link", name="禁用说法").click()
    page.get_by_label("一行一条").fill("own | (a+)+b | 写事实")
    page.get_by_role("button", name="保存并生效").click()
    page.get_by_text("重复套重复").wait_for()
    page.get_by_role("button", name="撤销").click()


def test_a_version_is_replaced_and_its_entries_are_worked_through(opened: Opened, li: Client) -> None:
    laws = [law for law in li.ask("GET", "/laws")["laws"] if 2 <= law["entries"] <= 20]
    law = min(laws, key=lambda one: one["entries"])
    version = law["versions"][0]["version"]
    page = opened("li", f"#/laws?law={law['id']}", bypass_csp=True)
    require_everywhere(page)
    page.get_by_role("button", name=f"标记{law['id']} {version} 版被取代").click()
    form = page.get_by_role("dialog")
    form.get_by_label("新版本", exact=True).fill("2026")
    form.get_by_label("新版本生效日").fill("2026-06-01")
    form.get_by_role("button", name="标记", exact=True).click()
    page.get_by_text(f"共 {law['entries']} 条：{law['entries']} 条待处理").wait_for()
    require_everywhere(page)
    first = page.locator("article").first
    first.get_by_label("在 2026 版是第几条").first.fill("12")
    first.get_by_role("button", name="内容仍然正确，改用新版本").click()
    page.get_by_text("1 条等审核发布").wait_for()
    page.locator("article").first.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    page.get_by_text("2 条等审核发布").wait_for()
