"""An agent talks with a customer: what is written, sent, suggested and masked."""

from __future__ import annotations

import pytest

from tests.browser.desk.site import PNG, Opened, row, take, waiting_customer

pytestmark = pytest.mark.browser

SCRIPT = "<img src=x onerror=document.title='x'>"


def test_a_customer_is_taken_answered_and_resolved(opened: Opened, address: str) -> None:
    page = opened()
    customer = waiting_customer(address, "甲客户：我的退保什么时候到账")
    take(page, "甲客户")
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
    row(page, "甲客户").wait_for(state="detached")
    assert customer.messages()[-1]["kind"] == "survey"


def test_forbidden_wording_is_kept_back_and_the_text_stays(opened: Opened, address: str) -> None:
    page = opened()
    customer = waiting_customer(address, "丙客户：收益怎么样")
    take(page, "丙客户")
    wrong = "这款产品保证收益，绝对没有风险。"
    page.get_by_label("回复客户").fill(wrong)
    page.get_by_role("button", name="发送").click()
    page.get_by_role("alert").get_by_text("不能对客户说的表述").wait_for()
    assert page.get_by_label("回复客户").input_value() == wrong
    assert not [one for one in customer.messages() if one["author"] == "agent" and one["kind"] == "text"]
    page.get_by_label("回复客户").fill("收益以合同约定为准。")
    page.keyboard.press("Enter")
    page.locator(".message.agent", has_text="以合同约定为准").wait_for()


def test_a_suggestion_goes_in_by_its_key_and_can_be_changed(opened: Opened, address: str) -> None:
    page = opened()
    customer = waiting_customer(address, "壬客户想问犹豫期内怎么退保")
    take(page, "壬客户")
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


def test_stored_script_is_only_text(opened: Opened, address: str) -> None:
    page = opened()
    waiting_customer(address, f"戊客户 {SCRIPT}")
    take(page, "戊客户")
    page.locator(".message.customer", has_text=SCRIPT).wait_for()
    assert page.locator("img[src=x]").count() == 0
    assert "工作台" in page.title()


def test_masked_data_is_shown_only_when_asked_for(opened: Opened, address: str) -> None:
    page = opened()
    waiting_customer(address, "子客户，手机13912345678")
    take(page, "子客户")
    assert "13912345678" not in page.content()
    page.get_by_role("button", name="查看完整内容").click()
    page.locator(".message.customer", has_text="13912345678").wait_for()


def test_a_file_of_the_customer_is_downloaded(opened: Opened, address: str) -> None:
    page = opened()
    customer = waiting_customer(address, "辰客户：发票在附件里")
    customer.send_file("发票.png", PNG)
    row(page, "发票").first.click()
    link = page.get_by_role("link", name="发票.png（1 KB）")
    with page.expect_download() as got:
        link.click()
    assert got.value.suggested_filename == "发票.png"
    assert got.value.path().read_bytes() == PNG
