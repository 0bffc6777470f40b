"""Serving stays light: what answers customers loads none of the training libraries."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "sklearn",
    "mapie",
    "pypinyin",
    "onnx",
    "openpyxl",
    "scipy.stats",
)
REPORT = "import sys, json; print(json.dumps([m for m in {heavy!r} if m in sys.modules]), file=sys.stderr)"


def test_ask_loads_nothing_heavy(home):
    code = (
        "import sys; sys.argv = ['baowen', '--home', sys.argv[1], 'ask', '怎么退保']\n"
        "from api.cli import app\napp(standalone_mode=False)\n" + REPORT.format(heavy=HEAVY)
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=True
    )
    assert json.loads(result.stderr.strip().splitlines()[-1]) == []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def served(home):
    """A server that tells which heavy modules it loaded when it is stopped."""
    port = free_port()
    code = (
        "import sys; sys.argv = ['baowen', '--home', sys.argv[1], 'serve', '--port', sys.argv[2]]\n"
        "from api.cli import app\ntry:\n    app(standalone_mode=False)\nfinally:\n    "
        + REPORT.format(heavy=HEAVY)
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(home), str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    yield port, process
    process.kill()
    process.wait()
    process.stderr.close()


def ask(port, text):
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/ask",
        data=json.dumps({"text": text}).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


def test_serve_answers_and_loads_nothing_heavy(served):
    port, process = served
    for _ in range(600):
        try:
            reply = ask(port, "怎么退保")
            break
        except OSError:
            assert process.poll() is None, "the server ended"
            time.sleep(0.1)
    assert reply["intent"] == "surrender"
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert json.loads(errors.strip().splitlines()[-1]) == []
