"""The one-time link and signing in, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.accounts.roles import Role
from api.accounts.setup import make_setup_link
from tests.api.accounts.openid_provider import CLIENT_ID, CLIENT_SECRET, running_provider
from tests.browser.accounts.site import (
    PASSWORD,
    Opened,
    Site,
    now,
    opening,
    serving,
    sign_in,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser


def test_the_one_time_link_makes_the_first_admin(site: Site, opened: Opened) -> None:
    with site.database.transaction() as session:
        token = make_setup_link(session, now())
    page = opened(f"/setup#{token}")
    page.get_by_label("账号").fill("boss")
    assert page.url == f"{site.address}/setup"  # nobody reads the token over a shoulder
    page.get_by_label("姓名").fill("赵敏")
    page.get_by_label("密码", exact=True).fill("1234567890")
    page.get_by_role("button", name="创建并登录").click()
    page.get_by_role("alert").get_by_text("密码太容易被猜到").wait_for()
    assert page.get_by_label("密码", exact=True).get_attribute("aria-invalid") == "true"
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts")
    page.get_by_role("row", name="赵敏").wait_for()
    again = opened(f"/setup#{token}")
    again.get_by_role("alert").get_by_text("这个链接已经用过").wait_for()
    assert not again.get_by_label("账号").is_visible()


def test_signing_in_goes_on_to_where_one_wanted(site: Site, opened: Opened) -> None:
    site.add("li", "李莉", Role.ANALYST)
    page = opened("/accounts#me")
    page.wait_for_url("**/login?next=*")
    assert page.get_by_label("账号").evaluate("field => field === document.activeElement")
    sign_in(page, "li", "wrong")
    page.get_by_role("alert").get_by_text("账号或密码不正确").wait_for()
    page.get_by_role("button", name="显示").click()
    assert page.get_by_label("密码", exact=True).get_attribute("type") == "text"
    sign_in(page, "li")
    page.wait_for_url("**/accounts#me")
    page.get_by_role("heading", name="我的资料").wait_for()
    assert page.get_by_role("tab").all_inner_texts() == ["我的账号"]
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login")
    page.goto("/accounts")
    page.wait_for_url("**/login?next=*")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_goes_on_to_another_site(site: Site, opened: Opened, elsewhere: str) -> None:
    site.add("li", "李莉", Role.ANALYST)
    page = opened(f"/login?next={elsewhere}")
    sign_in(page, "li")
    page.wait_for_url(f"{site.address}/dashboard")


def test_empty_fields_are_told_without_asking(site: Site, opened: Opened) -> None:
    page = opened("/login")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("alert").get_by_text("请输入账号和密码").wait_for()
    page.get_by_label("账号").fill("li")
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_role("alert").get_by_text("请输入密码").wait_for()
    assert "POST" not in asked


def test_before_the_page_is_ready_the_browser_sends_nothing(opened: Opened, site: Site) -> None:
    page = opened("/login")
    page.route("**/login.js", lambda route: route.abort())
    page.reload()
    page.get_by_label("账号").fill("li")
    page.get_by_label("密码", exact=True).fill("drei Birnen im Zug")
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="登录", exact=True).is_disabled()
    assert page.url == f"{site.address}/login"


def test_guessing_is_slowed_down_and_the_page_counts(site: Site, opened: Opened) -> None:
    site.add("li", "李莉", Role.AGENT)
    page = opened("/login")
    for _ in range(5):
        with page.expect_response("**/v1/session"):
            sign_in(page, "li", "wrong")
        page.locator("#submit:enabled").wait_for()
    sign_in(page, "li", "wrong")
    page.get_by_role("alert").get_by_text("尝试次数太多").wait_for()
    waiting = page.get_by_role("button", name=re.compile(r"请等 \d+ 秒"))
    assert waiting.is_disabled()


def test_the_button_shows_that_something_is_under_way(site: Site, opened: Opened) -> None:
    page = opened("/login")
    page.wait_for_load_state("networkidle")
    page.route("**/v1/session", lambda route: None)  # no answer comes
    sign_in(page, "li")
    busy = page.get_by_role("button", name="正在登录")
    busy.wait_for()
    assert busy.is_disabled() and busy.get_attribute("aria-busy") == "true"


def test_who_types_already_keeps_the_focus(site: Site, opened: Opened) -> None:
    page = opened("about:blank")
    held: list[Route] = []
    page.route("**/v1/session", lambda route: held.append(route))
    with page.expect_request("**/v1/session"):
        page.goto(f"{site.address}/login")
    page.get_by_label("密码", exact=True).focus()
    with page.expect_response("**/v1/session"):
        held[0].continue_()
    page.wait_for_timeout(200)
    page.keyboard.type("hush")
    assert page.get_by_label("密码", exact=True).input_value() == "hush"
    assert page.get_by_label("账号").input_value() == ""


def test_a_lost_network_is_told(site: Site, opened: Opened) -> None:
    page = opened("/login")
    page.wait_for_load_state("networkidle")
    page.route("**/v1/session", lambda route: route.abort())
    sign_in(page, "li")
    page.get_by_role("alert").get_by_text("网络不通").wait_for()
    assert page.get_by_role("button", name="登录", exact=True).is_enabled()


def test_the_companys_own_sign_in_works_in_a_real_browser(browser: Browser, tmp_path: Path) -> None:
    """The cookie is strict: this shows that it comes along after the way back from another site."""
    with running_provider() as provider:
        provider.issuer = provider.issuer.replace("127.0.0.1", "localhost")  # another site than ours
        settings = {
            "oidc_discovery_url": f"{provider.issuer}/.well-known/openid-configuration",
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": CLIENT_SECRET,
            "oidc_roles": {"kefu": "analyst"},
            "oidc_name": "总部账号",
        }
        with serving(tmp_path, **settings) as site, opening(browser, site.address) as opened:
            page = opened("/accounts#me")
            page.get_by_role("link", name="用总部账号登录").click()
            page.wait_for_url("**/accounts#me")
            page.get_by_text("zhang.wei").wait_for()
            page.get_by_text("密码请在公司账号系统里修改").wait_for()
            provider.person["groups"] = []
            page.get_by_role("button", name="退出").click()
            page.get_by_role("link", name="用总部账号登录").click()
            page.get_by_role("alert").get_by_text("还没有开通保问").wait_for()
