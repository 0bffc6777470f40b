"""The shell of the knowledge pages: who may come in, the way between views, what is told offline."""

from __future__ import annotations

import pytest

from tests.browser.knowledge.site import Opened

pytestmark = pytest.mark.browser


def test_a_lost_connection_is_told_until_it_is_back(opened: Opened) -> None:
    page = opened()
    notice = page.get_by_text("连不上服务。您写的内容还在")
    page.context.set_offline(True)
    notice.wait_for()
    page.get_by_role("link", name="法规").click()
    retry = page.get_by_role("button", name="重试")
    retry.click()
    page.get_by_text("还是连不上服务").wait_for()
    page.context.set_offline(False)
    notice.wait_for(state="hidden")
    retry.click()
    page.get_by_role("heading", name="法规", exact=True).wait_for()


def test_an_unknown_address_leads_back_to_the_entries(opened: Opened) -> None:
    page = opened(hash_="#/nowhere")
    page.get_by_role("heading", name="没有这个页面").wait_for()
    page.get_by_role("link", name="回到条目").click()
    page.get_by_role("heading", name="条目", exact=True).wait_for()
    page.go_back()
    page.get_by_role("heading", name="没有这个页面").wait_for()


NOTE = """
export async function open(root) {
  root.innerHTML = "<h2>便笺</h2><label>内容<input></label>";
  return { unsaved: () => root.querySelector("input").value !== "" };
}
"""


def test_unsaved_text_is_lost_only_where_one_agrees(opened: Opened) -> None:
    """The way out of any view: by a link, by the back button, by signing out."""
    page = opened()
    page.route("**/knowledge/find.js", lambda route: route.fulfill(body=NOTE, content_type="text/javascript"))
    page.goto("/knowledge#/nowhere")
    page.reload()
    page.get_by_role("link", name="回到条目").click()
    page.get_by_label("内容").fill("还没保存")
    dialog = page.get_by_role("dialog", name="离开这里？")
    for leave in (page.go_back, page.get_by_role("button", name="退出").click):
        leave()
        dialog.get_by_role("button", name="取消").click()
        dialog.wait_for(state="detached")
        assert page.get_by_label("内容").input_value() == "还没保存"
        assert page.url.endswith("#/")
    page.evaluate("location.hash = '#/elsewhere'")
    dialog.get_by_role("button", name="离开").click()
    page.get_by_role("heading", name="没有这个页面").wait_for()
    assert page.url.endswith("#/elsewhere")
    page.go_back()
    page.get_by_label("内容").wait_for()
    page.go_back()
    page.get_by_role("heading", name="没有这个页面").wait_for()
    assert page.url.endswith("#/nowhere")
