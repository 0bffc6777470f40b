"""A server with a month of traffic, and signed-in analysts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.accounts.roles import Role
from api.services import open_database
from benchmarks.traffic import Month, Plan, make_month
from knowledge_base.settings import Home, Settings
from tests.browser.desk import PASSWORD, add_agent
from tests.browser.desk.site import DESKTOP
from tests.browser.faults import note_faults
from tests.browser.process import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DAYS = 14
Opened = Callable[..., "Page"]


@pytest.fixture(scope="package")
def month() -> Month:
    """Two weeks until yesterday."""
    today = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
    return make_month(Plan(today - dt.timedelta(days=DAYS), DAYS, 2500, seed=9))


@pytest.fixture(scope="package")
def filled_home(tmp_path_factory: pytest.TempPathFactory, month: Month) -> Path:
    """A home folder with that traffic."""
    home = tmp_path_factory.mktemp("dashboard")
    fill(home, month)
    return home


@pytest.fixture(scope="package")
def address(filled_home: Path, browser: Browser) -> Iterator[str]:
    """A server on that traffic, with two analysts, a supervisor and an agent."""
    with serving(filled_home) as address:
        add_agent(filled_home, "fang", "方芳", Role.ANALYST)
        add_agent(filled_home, "wu", "吴越", Role.ANALYST)
        add_agent(filled_home, "zhao", "赵敏", Role.AGENT, Role.SUPERVISOR)
        add_agent(filled_home, "li", "李莉")
        yield address


def fill(home: Path, month: Month) -> None:
    """Write a month into the database of a home."""
    database = open_database(Settings(home=home), Home.open(home))
    with database.engine.begin() as connection:
        month.write(connection)
    database.engine.dispose()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Return a function that opens the dashboard of somebody; faults of its own code fail the test."""
    faults: list[str] = []
    contexts = []

    def open_page(name: str = "fang", path: str = "/dashboard", **options: Any) -> Page:
        page = open_signed_in(browser, address, name, path, faults, **(DESKTOP | options))
        contexts.append(page.context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "the page's own code failed"


def open_signed_in(
    browser: Browser, address: str, name: str, path: str, faults: list[str], **options: Any
) -> Page:
    """Sign in on the way to a page."""
    page = browser.new_context(base_url=address, locale="zh-CN", **options).new_page()
    page.set_default_timeout(20_000)
    note_faults(page, faults)
    page.goto(path)
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.locator("#submit:enabled").wait_for()
    page.keyboard.press("Enter")
    return page
