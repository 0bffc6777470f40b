"""What the tests of the accounts' pages start with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from api.accounts.roles import Role
from tests.browser.accounts.site import (
    DESKTOP,
    Opened,
    Site,
    opening,
    serving,
    sign_in,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A server without any account."""
    with serving(tmp_path) as site:
        yield site


@pytest.fixture
def opened(browser: Browser, site: Site) -> Iterator[Opened]:
    """Return a function that opens a page; faults of its own code fail the test."""
    with opening(browser, site.address) as opened:
        yield opened


@pytest.fixture
def admin(site: Site, opened: Opened) -> Page:
    """The page of accounts, with an admin signed in."""
    site.add("boss", "赵敏", Role.ADMIN)
    page = opened("/accounts", **DESKTOP)
    page.wait_for_url("**/login?next=*")
    sign_in(page, "boss")
    page.wait_for_url("**/accounts")
    page.get_by_role("row", name="赵敏").wait_for()
    return page
