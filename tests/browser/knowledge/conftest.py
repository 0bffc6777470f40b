"""What the tests of the knowledge pages start with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.accounts.roles import Role
from tests.browser.desk import add_agent
from tests.browser.knowledge.site import DESKTOP, Client, Opened, open_knowledge
from tests.browser.process import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Path:
    """The home folder of the server."""
    return tmp_path_factory.mktemp("knowledge")


@pytest.fixture(scope="package")
def address(home: Path) -> Iterator[str]:
    """A server with the editors ``li`` and ``wang``, and ``zhao``, an agent who may not edit."""
    with serving(home) as address:
        add_agent(home, "li", "李莉", Role.EDITOR)
        add_agent(home, "wang", "王强", Role.EDITOR)
        add_agent(home, "zhao", "赵敏", Role.AGENT)
        yield address


@pytest.fixture(scope="package")
def li(address: str) -> Iterator[Client]:
    """An editor who calls the API without a page."""
    client = Client(address, "li")
    yield client
    client.leave()


@pytest.fixture(scope="package")
def wang(address: str) -> Iterator[Client]:
    """Another editor who calls the API without a page."""
    client = Client(address, "wang")
    yield client
    client.leave()


@pytest.fixture(scope="package")
def zhao(address: str) -> Iterator[Client]:
    """An agent who calls the API without a page."""
    client = Client(address, "zhao")
    yield client
    client.leave()


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Return a function that opens the knowledge pages; faults of their own code fail the test."""
    faults: list[str] = []
    contexts = []

    def open_page(name: str = "li", hash_: str = "", **options: Any) -> Page:
        page = open_knowledge(browser, address, name, faults, hash_, **(DESKTOP | options))
        contexts.append(page.context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "the page's own code failed"
