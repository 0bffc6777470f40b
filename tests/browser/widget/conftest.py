"""What the tests of the widget start with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.widget.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def site(browser: Browser, server: str) -> Iterator[Site]:
    """The pages of a server as it comes."""
    pytest.importorskip("playwright.sync_api").expect.set_options(timeout=20_000)
    visited = Site(browser, server)
    yield visited
    visited.close()
