"""A real server process and a real Chromium for the browser tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, NoReturn

import pytest

from tests.browser.process import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

INSTALL = "apt-get update && apt-get install -y chromium fonts-noto-cjk && pip install playwright"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000
"""Milliseconds that an expectation waits: several processes may test at once."""


def _missing(what: str) -> NoReturn:
    reason = f"{what} is missing; install it with: {INSTALL}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    try:
        from playwright.sync_api import expect, sync_playwright
    except ImportError:
        _missing("playwright")
    expect.set_options(timeout=PATIENCE)
    chromium = shutil.which("chromium") or _missing("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """Start ``baowen serve`` in a home of its own and return its address."""
    with serving(tmp_path_factory.mktemp("home")) as address:
        yield address
