"""The page says that its thresholds are not certified, until the server says they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser


def test_an_uncertified_service_says_so(open_page: OpenPage) -> None:
    page = open_page()
    page.wait_for_load_state("networkidle")
    notice = page.locator("#certificate")
    assert notice.is_visible()
    assert notice.inner_text() == "未经本机构真实流量认证"


def test_a_certified_one_does_not(open_page: OpenPage) -> None:
    def certified(route: Route) -> None:
        route.fulfill(body=json.dumps({"certified": True}), content_type="application/json")

    page = open_page(before=lambda page: page.route("**/readyz", certified))
    page.locator("#certificate").wait_for(state="hidden")


def test_without_an_answer_the_notice_stays(open_page: OpenPage) -> None:
    page = open_page(before=lambda page: page.route("**/readyz", lambda route: route.abort()))
    page.wait_for_load_state("networkidle")
    assert page.locator("#certificate").is_visible()
