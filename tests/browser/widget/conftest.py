"""What the tests of the widget start with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.desk import add_agent
from tests.browser.process import serving
from tests.browser.widget.agent import NAME, SHOWN, Agent
from tests.browser.widget.foreign_site import ForeignSite, foreign_site
from tests.browser.widget.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def _visited(browser: Browser, address: str) -> Iterator[Site]:
    pytest.importorskip("playwright.sync_api").expect.set_options(timeout=20_000)
    visited = Site(browser, address)
    yield visited
    visited.close()


@pytest.fixture
def site(browser: Browser, server: str) -> Iterator[Site]:
    """The pages of a server as it comes."""
    yield from _visited(browser, server)


@pytest.fixture(scope="session")
def foreign() -> Iterator[ForeignSite]:
    """A web site of somebody else."""
    with foreign_site() as site:
        yield site


@pytest.fixture(scope="session")
def configured(
    tmp_path_factory: pytest.TempPathFactory, browser: Browser, foreign: ForeignSite
) -> Iterator[str]:
    """A server with an agent, small files, and leave for the foreign site to embed the widget."""
    home = tmp_path_factory.mktemp("configured")
    origins = {"web": [foreign.origin()], "agency": [foreign.origin("localhost")]}
    settings = {"BAOWEN_ALLOWED_ORIGINS": json.dumps(origins), "BAOWEN_MAX_UPLOAD_MB": "1"}
    with serving(home, **settings) as address:
        add_agent(home, NAME, SHOWN)
        foreign.widget = address
        yield address


@pytest.fixture
def configured_site(browser: Browser, configured: str) -> Iterator[Site]:
    """Its pages."""
    yield from _visited(browser, configured)


@pytest.fixture
def agent(configured: str) -> Iterator[Agent]:
    """The agent, signed in."""
    agent = Agent(configured)
    yield agent
    agent.close()
