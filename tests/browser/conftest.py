"""A real server process and a real Chromium for the browser tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
INSTALL = "apt-get update && apt-get install -y chromium fonts-noto-cjk && pip install playwright"
START_SECONDS = 120
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _missing(what: str) -> NoReturn:
    reason = f"{what} is missing; install it with: {INSTALL}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium once."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _missing("playwright")
    chromium = shutil.which("chromium") or _missing("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[str]:
    """Start ``baowen serve`` in a home of its own and return its address."""
    home, port = tmp_path_factory.mktemp("home"), _free_port()
    command = "from api.cli import main; main()"
    arguments = [sys.executable, "-c", command, "--home", str(home), "serve", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    output = (home / "server.log").open("w+b")
    with (
        output,
        subprocess.Popen(
            arguments, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, process, home / "server.log")
            yield address
        finally:
            process.terminate()
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    said = log.read_text(encoding="utf-8", errors="replace")
    pytest.fail(f"the server did not get ready (exit code {process.poll()}):\n{said}")
