"""The page of accounts in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from api.accounts.audit import ANONYMOUS, note
from api.accounts.roles import Permission, Role
from knowledge_base.taxonomy import shipped_taxonomy
from tests.browser.accounts.site import (
    DESKTOP,
    PASSWORD,
    PHONE,
    SCRIPT,
    SMALL,
    Opened,
    Site,
    sign_in,
)
from tests.browser.everybody import require_for_everybody

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_people_are_made_changed_found_and_disabled(admin: Page, site: Site, opened: Opened) -> None:
    admin.get_by_role("button", name="新建人员").click()
    dialog = admin.get_by_role("dialog", name="新建人员")
    dialog.get_by_label("账号").fill("li.li")
    dialog.get_by_label("姓名").fill("李莉")
    dialog.get_by_role("button", name="随机生成").click()
    password = dialog.get_by_label("初始密码").input_value()
    dialog.get_by_role("checkbox", name="坐席", exact=True).check()
    dialog.get_by_role("checkbox", name="理赔").check()
    dialog.get_by_role("button", name="新建", exact=True).click()
    dialog.wait_for(state="hidden")
    row = admin.get_by_role("row", name="李莉")
    row.get_by_text("坐席").wait_for()
    assert "理赔" in row.inner_text()
    their = opened("/login?next=/accounts", **DESKTOP)
    sign_in(their, "li.li", password)
    their.get_by_role("tab", name="我的账号").wait_for()
    row.get_by_role("button", name="编辑 李莉").click()
    admin.get_by_role("checkbox", name="主管").check()
    admin.get_by_label("级别").select_option("资深")
    admin.get_by_role("button", name="保存").click()
    row.get_by_text("主管").wait_for()
    assert "资深" in row.inner_text()
    admin.get_by_label("查找").fill("理赔")
    assert admin.get_by_role("row").count() == 2  # titles and one person
    admin.get_by_label("查找").fill("没有这个人")
    admin.get_by_text("没有找到").wait_for()
    admin.get_by_label("查找").fill("")
    row.get_by_role("button", name="编辑 李莉").click()
    admin.get_by_role("button", name="停用账号").click()
    admin.get_by_role("dialog", name="停用 李莉？").get_by_role("button", name="停用").click()
    row.get_by_text("已停用").wait_for()
    their.reload()
    their.wait_for_url("**/login?next=*")


def test_a_refused_form_stays_open_and_says_why(admin: Page) -> None:
    admin.get_by_role("button", name="新建人员").click()
    dialog = admin.get_by_role("dialog")
    dialog.get_by_label("账号").fill("boss")
    dialog.get_by_label("姓名").fill("另一位")
    dialog.get_by_label("初始密码").fill("1234567890")
    dialog.get_by_role("button", name="新建", exact=True).click()
    dialog.get_by_role("alert").get_by_text("密码太容易被猜到").wait_for()
    dialog.get_by_label("初始密码").fill(PASSWORD)
    dialog.get_by_role("button", name="新建", exact=True).click()
    dialog.get_by_role("alert").get_by_text("已有人用").wait_for()
    assert dialog.get_by_label("姓名").input_value() == "另一位"
    admin.keyboard.press("Escape")
    dialog.wait_for(state="hidden")


def test_a_key_is_shown_once_works_and_is_revoked(admin: Page, site: Site) -> None:
    admin.get_by_role("tab", name="密钥").click()
    admin.get_by_text("还没有密钥").wait_for()
    admin.get_by_role("button", name="新建密钥").click()
    admin.get_by_label("名称").fill("审计导出")
    admin.get_by_label("看审计记录").check()
    admin.get_by_role("button", name="新建", exact=True).click()
    secret = admin.locator(".secret").inner_text()
    admin.get_by_role("button", name="好").click()
    headers = {"Authorization": f"Bearer {secret}"}
    assert httpx2.get(f"{site.address}/v1/audit", headers=headers).status_code == 200
    assert secret not in admin.content()
    admin.get_by_role("button", name="吊销 审计导出").click()
    admin.get_by_role("dialog").get_by_role("button", name="吊销").click()
    admin.get_by_text("已吊销", exact=True).wait_for()
    assert httpx2.get(f"{site.address}/v1/audit", headers=headers).status_code == 401


def test_the_audit_log_speaks_chinese_and_goes_back(admin: Page, site: Site) -> None:
    with site.database.transaction() as session:
        for number in range(60):
            note(session, ANONYMOUS, "session.refused", "", {"address": f"10.0.0.{number}"})
    site.add("li", "李莉", Role.AGENT, Role.EDITOR)
    admin.get_by_role("tab", name="审计记录").click()
    table, added = admin.get_by_role("table", name="审计记录"), admin.get_by_role("row", name="新建人员")
    added.first.wait_for()
    assert "命令行 test" in added.first.inner_text() and "坐席、知识编辑" in added.first.inner_text()
    assert not re.search(r"(user|session|key)\.\w+", table.inner_text())
    assert table.get_by_role("row").count() == 51  # titles and a page
    admin.get_by_role("button", name="更早的记录").click()
    table.get_by_text("10.0.0.0", exact=False).first.wait_for()
    table.get_by_role("row", name="赵敏 登录").wait_for()
    admin.get_by_role("button", name="更早的记录").wait_for(state="hidden")
    admin.get_by_label("内容").select_option("登录失败")
    added.first.wait_for(state="detached")
    assert table.get_by_role("row").count() == 51


def test_ones_own_password_is_changed_here(admin: Page) -> None:
    admin.get_by_role("tab", name="我的账号").click()
    admin.get_by_label("现在的密码").fill("wrong")
    admin.get_by_label("新密码").fill("vier Kirschen im Bus")
    admin.get_by_role("button", name="修改密码").click()
    admin.get_by_role("alert").get_by_text("现在的密码不对").wait_for()
    admin.get_by_label("现在的密码").fill(PASSWORD)
    admin.get_by_role("button", name="修改密码").click()
    admin.get_by_role("status").get_by_text("密码已修改").wait_for()


def test_stored_script_is_only_text(admin: Page, site: Site) -> None:
    site.add("evil", SCRIPT, Role.AGENT)
    admin.get_by_role("tab", name="密钥").click()
    admin.get_by_role("button", name="新建密钥").click()
    admin.get_by_label("名称").fill(SCRIPT)
    admin.get_by_label("看报表").check()
    admin.get_by_role("button", name="新建", exact=True).click()
    admin.get_by_role("button", name="好").click()
    for tab, place in (("人员", "people"), ("密钥", "keys"), ("审计记录", "audit")):
        admin.get_by_role("tab", name=tab).click()
        admin.reload()
        admin.locator(f"#panel-{place}").get_by_text(SCRIPT).first.wait_for()
    admin.get_by_role("tab", name="人员").click()
    admin.get_by_role("button", name=f"编辑 {SCRIPT}").click()
    admin.get_by_role("dialog").wait_for()
    assert admin.title() == "账号管理 · 保问工作台"
    assert admin.locator("img[src=x]").count() == 0


def test_tabs_go_by_the_keyboard(admin: Page) -> None:
    admin.get_by_role("tab", name="人员").focus()
    admin.keyboard.press("ArrowRight")
    assert admin.get_by_role("tab", name="密钥").get_attribute("aria-selected") == "true"
    admin.keyboard.press("End")
    assert admin.get_by_role("tab", name="我的账号").evaluate("tab => tab === document.activeElement")
    admin.keyboard.press("Tab")
    assert admin.get_by_label("现在的密码").evaluate("field => field === document.activeElement")


def test_a_session_that_is_over_leads_to_the_sign_in_page_and_back(admin: Page) -> None:
    admin.context.clear_cookies()
    admin.get_by_role("tab", name="密钥").click()
    admin.wait_for_url("**/login?next=*")
    sign_in(admin, "boss")
    admin.wait_for_url("**/accounts#keys")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, SMALL, DESKTOP], ids=["phone", "small", "desktop"])
def test_every_page_is_for_everybody(site: Site, opened: Opened, screen: dict[str, Any], scheme: str) -> None:
    site.add("boss", "赵敏", Role.ADMIN)
    site.add("long", "名字特别特别长的一位同事用来看看换行", *Role, queues=tuple(shipped_taxonomy().queues))
    # axe writes styles of its own into the page
    page = opened("/login?problem=expired", color_scheme=scheme, bypass_csp=True, **screen)
    page.get_by_role("alert").wait_for()
    require_for_everybody(page)
    page.goto("/setup#x")
    page.get_by_role("alert").wait_for()
    require_for_everybody(page)
    page.goto("/login")
    sign_in(page, "boss")
    page.get_by_role("row", name="赵敏").wait_for()
    require_for_everybody(page)
    page.get_by_role("button", name="编辑 名字").click()
    require_for_everybody(page)
    page.keyboard.press("Escape")
    for tab in ("密钥", "审计记录", "我的账号"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_load_state("networkidle")
        require_for_everybody(page)


def test_the_words_are_those_of_the_taxonomy_and_the_roles(site: Site, opened: Opened) -> None:
    words = opened("/login").evaluate(
        "import('/assets/shared/words.js').then((words) => JSON.parse(JSON.stringify(words)))"
    )
    assert words["ROLES"].keys() == set(Role)
    assert words["PERMISSIONS"].keys() == set(Permission)
    assert words["QUEUES"] == dict(shipped_taxonomy().queues)
