"""``baowen serve`` as a process of its own, for the tests of pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
COMMAND = [sys.executable, "-c", "from api.cli import main; main()"]


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[str]:
    """Run ``baowen serve`` on a home, with settings of the environment, and return its address."""
    port, log = _free_port(), home / "server.log"
    command = [*COMMAND, "--home", str(home), "serve", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
    environment |= settings
    with (
        log.open("w+b") as output,
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_until_ready(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(START_SECONDS)  # an index that is being built is waited for


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
