"""``baowen user`` and ``baowen key`` in processes of their own, and the link that ``serve`` prints."""

import json
import re
import socket
import subprocess
import sys
import time

import httpx2
import pytest

PASSWORD = "drei Birnen im Zug"


@pytest.fixture
def command(baowen, tmp_path):
    """Run the command in a home of the test's own; ``said`` is what comes on standard input."""

    def run(*arguments, said=""):
        return baowen(*arguments, home_folder=tmp_path / "home", input=said)

    return run


def refused(result, *said):
    assert result.returncode == 2, result.stdout
    assert "Traceback" not in result.stderr
    assert result.stderr.startswith("error: ")
    assert all(words in result.stderr for words in said)
    return True


def users(command):
    return json.loads(command("user", "list", "--json").stdout)


def test_a_user_is_added_listed_changed_and_disabled(command):
    added = command(
        *("user", "add", "Li", "--role", "agent", "--role", "editor", "--display-name", "李莉"),
        *("--queue", "claims", "--level", "2", "--capacity", "4"),
        said=PASSWORD + "\n",
    )
    assert added.returncode == 0, added.stderr
    assert PASSWORD not in added.stdout + added.stderr
    (user,) = users(command)
    assert (user["name"], user["display_name"], user["roles"]) == ("li", "李莉", ["agent", "editor"])
    assert (user["queues"], user["level"], user["capacity"]) == (["claims"], 2, 4)
    assert "李莉" in command("user", "list").stdout
    assert command("user", "change", "li", "--role", "analyst").returncode == 0
    assert command("user", "disable", "li").returncode == 0
    (user,) = users(command)
    assert (user["roles"], user["queues"], user["disabled"]) == (["analyst"], ["claims"], True)
    assert command("user", "enable", "li").returncode == 0
    assert command("user", "password", "li", said="vier Kirschen im Bus\n").returncode == 0


def test_bad_users_are_refused_in_one_line(command):
    assert refused(command("user", "add", "li"), "standard input")
    assert refused(command("user", "add", "li", said="1234567890\n"), "easily guessed")
    assert refused(command("user", "add", "l i", said=PASSWORD), "'l i'")
    assert refused(command("user", "add", "li", "--queue", "kitchen", said=PASSWORD), "kitchen", "claims")
    assert refused(command("user", "disable", "nobody"), "'nobody'")
    assert refused(command("user", "disable", "\udcff"), "no account")
    assert command("user", "add", "li", "--role", "king", said=PASSWORD).returncode == 2
    assert users(command) == []
    assert command("user", "add", "boss", "--role", "admin", said=PASSWORD).returncode == 0
    assert refused(command("user", "disable", "boss"), "last admin")


def test_a_key_is_shown_once_and_revoked(command):
    added = command("key", "add", "报表", "--scope", "reports:read")
    assert re.fullmatch(r"bw_[\w-]{43}\n", added.stdout), added.stderr
    (key,) = json.loads(command("key", "list", "--json").stdout)
    assert (key["name"], key["scopes"], key["revoked_at"]) == ("报表", ["reports:read"], None)
    assert key["created_by"].startswith("cli:")
    assert added.stdout.strip() not in command("key", "list").stdout
    assert command("key", "revoke", key["id"]).returncode == 0
    assert json.loads(command("key", "list", "--json").stdout)[0]["revoked_at"]
    assert refused(command("key", "revoke", "x"), "'x'")
    assert refused(command("key", "revoke", "\udcff"), "no key")
    assert refused(command("key", "add", "x", "--scope", "accounts:manage"), "accounts:manage")


def serving(home, port):
    """Start the server; yield its process and what it printed until the link or the address."""
    code = "from api.cli import main; main()"
    arguments = [sys.executable, "-c", code, "--home", str(home), "serve", "--port", str(port)]
    return subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True)


def test_serve_prints_a_link_until_there_is_an_account(own_home, baowen):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = serving(own_home, port)
    try:
        lines = [process.stderr.readline(), process.stderr.readline()]
        token = re.search(rf"http://127\.0\.0\.1:{port}/setup#([\w-]{{43}})$", lines[1].strip())[1]
        first = {"token": token, "name": "boss", "password": PASSWORD}
        made = _post(f"http://127.0.0.1:{port}/v1/setup", first)
        assert made.status_code == 201
    finally:
        process.terminate()
        process.communicate()
    process = serving(own_home, port)
    try:
        assert "answers on" in process.stderr.readline()
        _post(f"http://127.0.0.1:{port}/v1/setup/check", {"token": token})
    finally:
        process.terminate()
        assert "/setup#" not in process.communicate()[1]


def _post(address, body):
    """Ask a server that is about to listen."""
    for _ in range(300):
        try:
            return httpx2.post(address, json=body)
        except httpx2.ConnectError:
            time.sleep(0.05)
    raise AssertionError("the server did not listen")
