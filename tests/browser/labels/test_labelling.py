"""Two people label blind, a third one decides; nothing is lost; everybody can use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.accounts.roles import Role
from api.labelled_rows import read_labelled
from tests.browser.desk import PASSWORD, add_agent
from tests.browser.desk.site import DESKTOP, on_every_screen
from tests.browser.everybody import require_for_everybody
from tests.browser.faults import note_faults
from tests.browser.process import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

ROWS = [
    {"id": "q1", "text": "怎么退保"},
    {"id": "q2", "text": "那个<b>怎么</b>弄", "history": ["我买过一份年金"]},
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """A server with two analysts, an editor and a supervisor, who only reads."""
    home = tmp_path_factory.mktemp("labels")
    with serving(home) as address:
        add_agent(home, "li", "李莉", Role.ANALYST)
        add_agent(home, "wang", "王强", Role.ANALYST)
        add_agent(home, "zhao", "赵敏", Role.EDITOR)
        add_agent(home, "sun", "孙悦", Role.SUPERVISOR)
        yield address


def open_labels(browser: Browser, address: str, name: str, faults: list[str], **options: Any) -> Page:
    page = browser.new_context(base_url=address, locale="zh-CN", **(DESKTOP | options)).new_page()
    page.set_default_timeout(10_000)
    note_faults(page, faults)
    page.goto("/labels")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.locator("#submit:enabled").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/labels")
    page.get_by_role("heading", name="问题集", exact=True).wait_for()
    return page


def start(page: Page) -> None:
    page.reload()
    page.get_by_role("link", name="标注（剩").click()
    page.locator(".asked").wait_for()


def choose(page: Page, key: str, intent: str) -> None:
    """Label by keys alone: the action, then the first intent that fits."""
    page.locator(".asked").click()
    page.keyboard.press(key)
    page.keyboard.press("i")
    page.keyboard.type(intent)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("1")


def test_two_people_label_blind_and_a_third_decides(browser: Browser, address: str, tmp_path: Path) -> None:
    faults: list[str] = []
    names = ("li", "wang", "zhao", "sun")
    li, wang, zhao, sun = (
        open_labels(browser, address, name, faults, bypass_csp=name == "zhao") for name in names
    )
    assert li.get_by_text("还没有问题集").is_visible()
    assert sun.get_by_role("button", name="新建问题集").count() == 0

    path = tmp_path / "三月.jsonl"
    li.get_by_role("button", name="新建问题集").click()
    li.get_by_role("button", name="建立").click()
    assert li.get_by_text("请把空着的内容填上").is_visible()
    li.get_by_label("名称").fill("三月抽样")
    path.write_text('{"id": "x"}\n', "utf-8")
    li.get_by_label("问题文件").set_input_files(path)
    li.get_by_role("button", name="建立").click()
    li.get_by_text("没有问题文字").wait_for()
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), "utf-8")
    li.get_by_label("问题文件").set_input_files(path)
    li.get_by_role("button", name="建立").click()
    li.get_by_text("已建好“三月抽样”，共 2 题。").wait_for()

    start(li)
    assert li.locator(".asked").inner_text() == "怎么退保"
    li.keyboard.press("Control+Enter")
    li.get_by_text("请选择应该怎么处理。").wait_for()
    choose(li, "1", "退保")
    li.keyboard.press("Tab")
    li.get_by_label("能回答的问答").first.fill("怎么退保")
    li.keyboard.press("Enter")
    li.locator(".check input").first.check()
    li.get_by_label("备注").fill("不要丢")
    li.reload()  # nothing is lost
    li.locator(".asked").wait_for()
    assert li.get_by_label("备注").input_value() == "不要丢"
    assert li.locator(".check input:checked").count() == 1
    li.context.set_offline(True)
    li.keyboard.press("Control+Enter")
    li.get_by_text("网络不通，您填的内容还在").wait_for()
    li.context.set_offline(False)
    li.keyboard.press("Control+Enter")
    li.get_by_text("那个<b>怎么</b>弄").wait_for()
    assert li.get_by_text("我买过一份年金").is_visible()
    li.get_by_role("button", name="上一题").click()
    assert li.locator(".asked").inner_text() == "怎么退保"
    assert li.get_by_label("备注").input_value() == "不要丢"
    li.reload()
    li.get_by_text("那个<b>怎么</b>弄").wait_for()
    choose(li, "2", "退保")
    li.keyboard.press("Control+Enter")
    li.get_by_text("这一集您都标完了，共 2 题").wait_for()

    start(wang)
    wang.locator(".asked", has_text="怎么退保").wait_for()
    assert wang.get_by_text("不要丢").count() == 0  # blind
    choose(wang, "1", "退保")
    wang.keyboard.press("Control+Enter")
    wang.get_by_text("那个<b>怎么</b>弄").wait_for()
    choose(wang, "2", "退保")
    wang.keyboard.press("Control+Enter")
    wang.get_by_text("这一集您都标完了").wait_for()

    zhao.reload()
    zhao.get_by_role("link", name="裁定（1）").click()
    zhao.get_by_role("button", name="采用标注1").click()
    require_for_everybody(zhao)
    zhao.get_by_role("button", name="定下来，下一题").click()
    zhao.get_by_text("没有需要裁定的题了").wait_for()
    zhao.get_by_role("link", name="返回问题集").first.click()
    zhao.get_by_text("完成 2 / 2 题").wait_for()
    zhao.get_by_role("button", name="一致性").click()
    zhao.get_by_role("dialog").get_by_text("2 题，盲标之间比较").wait_for()
    require_for_everybody(zhao)
    zhao.keyboard.press("Escape")
    sun.reload()
    sun.get_by_label("三月抽样的导出格式").select_option("jsonl")
    assert sun.get_by_role("button", name="删除").count() == 0
    with sun.expect_download() as download:
        sun.get_by_role("button", name="导出").click()
    saved = tmp_path / "out.jsonl"
    download.value.save_as(saved)
    first, second = read_labelled(saved)
    assert (first.action, first.intent, len(first.entry_ids or ())) == ("answer", "surrender", 1)
    assert second.text == "那个<b>怎么</b>弄"
    for page in (li, wang, zhao, sun):
        page.context.close()
    assert not faults


@on_every_screen
def test_every_bad_row_of_a_file_is_shown(
    browser: Browser, address: str, tmp_path: Path, screen: dict[str, Any]
) -> None:
    faults: list[str] = []
    path = tmp_path / "坏.jsonl"
    bad = ['{"id": "x", "text": "退保"}', '{"id": "x", "text": "理赔"}', "{broken", *["{}"] * 418]
    path.write_text("\n".join(bad), "utf-8")
    page = open_labels(browser, address, "li", faults, bypass_csp=True, **screen)
    page.get_by_role("button", name="新建问题集").click()
    page.get_by_label("名称").fill("不会建成")
    page.get_by_label("问题文件").set_input_files(path)
    page.get_by_role("button", name="建立").click()
    page.get_by_text("文件里有 420 行不能用").wait_for()
    place = page.get_by_role("region", name="不能用的行，共 420 行")
    rows = place.get_by_role("listitem")
    said = rows.nth(0).inner_text()
    assert "第 2 行" in said and "与第 1 行相同" in said and "请给每一行不同的 id" in said
    assert "broken" not in said and "broken JSON at column 2" in rows.nth(1).inner_text()
    assert rows.count() == 200
    require_for_everybody(page)

    assert page.evaluate(
        "document.querySelector('.bad').scrollHeight > document.querySelector('.bad').clientHeight"
    )
    page.get_by_label("名称").focus()
    page.keyboard.press("Shift+Tab")  # by keys alone: the button at the end of the list, then the list
    assert page.evaluate("document.activeElement.textContent") == "再显示 200 行（还有 220 行）"
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.className") == "bad"
    page.evaluate("document.querySelector('.bad').scrollTo(0, 0)")
    page.keyboard.press("End")
    page.wait_for_function("document.querySelector('.bad').scrollTop > 1000")
    for first_new, now in ((201, 400), (401, 420)):
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_function(f"document.activeElement.matches('.bad-rows li:nth-child({first_new})')")
        assert rows.count() == now
    assert "第 421 行" in rows.last.inner_text()
    assert place.get_by_role("button", name="再显示").count() == 0

    path.write_text('{"text": "退保"}', "utf-8")
    page.get_by_label("问题文件").set_input_files(path)
    page.get_by_label("名称").fill(f"改好了{screen['color_scheme']}{screen['viewport']['width']}")
    page.get_by_role("button", name="建立").click()
    page.get_by_text("共 1 题。").wait_for()
    page.context.close()
    assert not faults


@on_every_screen
def test_a_set_is_deleted_after_telling_what_is_lost(
    browser: Browser, address: str, tmp_path: Path, screen: dict[str, Any]
) -> None:
    faults: list[str] = []
    name = f"要删的{screen['color_scheme']}{screen['viewport']['width']}"
    path = tmp_path / "q.jsonl"
    path.write_text('{"text": "保单丢了怎么办"}\n{"text": "怎么退保"}\n', "utf-8")
    page = open_labels(browser, address, "li", faults, bypass_csp=True, **screen)
    page.get_by_role("button", name="新建问题集").click()
    page.get_by_label("名称").fill(name)
    page.get_by_label("问题文件").set_input_files(path)
    page.get_by_role("button", name="建立").click()
    delete = page.get_by_role("button", name=f"删除{name}")
    delete.click()
    dialog = page.get_by_role("dialog", name=f"删除“{name}”？")
    assert dialog.get_by_text("2 道题、0 个标注和 0 个裁定，删除后不能恢复").is_visible()
    require_for_everybody(page)

    other = page.context.new_page()  # somebody labels a question meanwhile
    other.goto("/labels")
    other.get_by_role("article", name=name).get_by_role("link", name="标注").click()
    other.locator(".asked").wait_for()
    choose(other, "1", "保单")
    other.keyboard.press("Control+Enter")
    other.get_by_text("我标了 1 题").wait_for()
    other.close()
    dialog.get_by_role("button", name="删除").click()
    dialog.get_by_text("数目已经变了，所以没有删除").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("article", name=name).get_by_text("我标了 1").wait_for()

    delete.click()
    assert dialog.get_by_text("2 道题、1 个标注和 0 个裁定").is_visible()
    dialog.get_by_role("button", name="删除").click()
    page.get_by_text(f"已删除“{name}”。").wait_for()
    page.wait_for_function("document.activeElement.textContent === '问题集'")
    assert page.get_by_role("article", name=name).count() == 0
    page.context.close()
    assert not faults


@on_every_screen
def test_everybody_can_label(browser: Browser, address: str, tmp_path: Path, screen: dict[str, Any]) -> None:
    faults: list[str] = []
    name = f"补发保单{screen['color_scheme']}{screen['viewport']['width']}"
    path = tmp_path / "q.jsonl"
    path.write_text('{"text": "保单丢了怎么办，能不能补", "history": ["您好"]}\n', "utf-8")
    page = open_labels(browser, address, "li", faults, bypass_csp=True, **screen)
    page.get_by_role("button", name="新建问题集").click()
    page.get_by_label("名称").fill(name)
    page.get_by_label("问题文件").set_input_files(path)
    require_for_everybody(page)
    page.get_by_role("button", name="建立").click()
    page.get_by_role("article", name=name).wait_for()
    require_for_everybody(page)
    page.get_by_role("article", name=name).get_by_role("link", name="标注").click()
    page.locator(".asked").wait_for()
    choose(page, "1", "保单")
    page.get_by_label("能回答的问答").first.fill("保单丢了怎么补")
    page.keyboard.press("Enter")
    page.locator(".check").first.wait_for()
    require_for_everybody(page)
    page.context.close()
    assert not faults
