"""The shell of the knowledge pages: who may come in, the way between views, what is told offline."""

from __future__ import annotations

import pytest

from tests.browser.knowledge.site import Client, Opened

pytestmark = pytest.mark.browser


def test_who_may_not_edit_sees_no_control_and_is_refused(opened: Opened, zhao: Client) -> None:
    page = opened("zhao")
    page.get_by_role("heading", name="没有权限").wait_for()
    assert page.get_by_role("navigation").count() == 0
    assert page.get_by_role("main").get_by_role("button").count() == 0
    assert zhao.call("GET", "/entries").status_code == 403
    page.get_by_role("link", name="工作台").click()
    page.get_by_text("已连接").wait_for()
    assert page.get_by_role("link", name="知识管理").count() == 0


def test_a_lost_connection_is_told_until_it_is_back(opened: Opened) -> None:
    page = opened()
    notice = page.get_by_text("连不上服务")
    page.context.set_offline(True)
    notice.wait_for()
    page.context.set_offline(False)
    notice.wait_for(state="hidden")


def test_an_unknown_address_leads_back_to_the_entries(opened: Opened) -> None:
    page = opened(hash_="#/nowhere")
    page.get_by_role("heading", name="没有这个页面").wait_for()
    page.get_by_role("link", name="回到条目").click()
    page.get_by_role("heading", name="条目", exact=True).wait_for()
    page.go_back()
    page.get_by_role("heading", name="没有这个页面").wait_for()
