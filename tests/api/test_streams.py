"""Event streams of a real server: what is missed is replayed, nothing comes twice."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WAIT = 20


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """``baowen serve`` as a process; it can be killed and started again on its home."""

    def __init__(self, home, url=None):
        self.home, self.port, self.url = home, free_port(), url
        self.process, self.extra = None, {}

    def start(self):
        code = "from api.cli import main; main()"
        command = [sys.executable, "-c", code, "--home", str(self.home), "serve", "--port", str(self.port)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BAOWEN_")}
        environment |= {"BAOWEN_DATABASE_URL": self.url} if self.url else {}
        environment |= self.extra
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 180  # a busy machine, an empty home: everything is indexed first
        while time.monotonic() < end:
            try:
                self.call("GET", "/healthz")
                return self
            except OSError:
                assert self.process.poll() is None, "the server ended"
                time.sleep(0.1)
        raise AssertionError("the server did not get ready")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(30)

    def request(self, method, path, body=None, token=None, **headers):
        data = json.dumps(body).encode() if body is not None else None
        headers |= {"content-type": "application/json"} if data else {}
        headers |= {"authorization": f"Bearer {token}"} if token else {}
        return urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers, method=method
        )

    def call(self, method, path, body=None, token=None):
        return self.open(self.request(method, path, body, token))

    def open(self, request):
        with urllib.request.urlopen(request, timeout=WAIT) as response:
            return json.load(response)


class Stream:
    """Reads the events of a conversation in a thread, as a page would."""

    def __init__(self, server, conversation, last=0):
        headers = {"last-event-id": str(last)} if last else {}
        path = f"/v1/conversations/{conversation['id']}/events"
        request = server.request("GET", path, token=conversation["token"], **headers)
        self.response = urllib.request.urlopen(request, timeout=WAIT)
        self.events, self.heard = [], threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        name, number = "", None
        try:
            for line in self.response:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "event":
                    name, number = value, None
                elif field == "id":
                    number = int(value)
                elif field == "data":
                    with self.heard:
                        self.events.append((name, number, json.loads(value)))
                        self.heard.notify_all()
        except (OSError, ValueError):  # the server is gone
            pass

    def messages(self, count):
        """Wait for so many messages and return their numbers and authors."""

        def seen():
            return [(number, data["author"]) for name, number, data in self.events if name == "message"]

        with self.heard:
            assert self.heard.wait_for(lambda: len(seen()) >= count, WAIT), self.events
            return seen()

    def state(self, wanted):
        with self.heard:
            states = lambda: [data["state"] for name, _, data in self.events if name == "state"]  # noqa: E731
            assert self.heard.wait_for(lambda: states()[-1:] == [wanted], WAIT), states()


def start(server):
    return server.call("POST", "/v1/conversations", {"channel": "web"})


def write(server, conversation, text, client_id):
    path = f"/v1/conversations/{conversation['id']}/messages"
    return server.call("POST", path, {"text": text, "client_id": client_id}, conversation["token"])


@pytest.fixture
def server(own_home):
    server = Server(own_home).start()
    yield server
    server.stop()


def test_a_page_hears_what_is_written_in_another_tab_and_what_it_missed(server):
    conversation = start(server)
    first, second = Stream(server, conversation), Stream(server, conversation)
    first.state("assistant")
    write(server, conversation, "怎么退保", "1")
    expected = [(1, "customer"), (2, "assistant")]
    assert first.messages(2) == expected
    assert second.messages(2) == expected
    server.call("POST", f"/v1/conversations/{conversation['id']}/handoff", {}, conversation["token"])
    first.state("waiting")
    assert Stream(server, conversation, last=1).messages(1)[0] == (2, "assistant")


def test_a_killed_server_loses_and_doubles_nothing(own_home):
    server = Server(own_home).start()
    conversation = start(server)
    write(server, conversation, "怎么退保", "1")
    stream = Stream(server, conversation)
    last = stream.messages(2)[-1][0]
    server.stop(signal.SIGKILL)
    server.start()
    try:
        repeated = write(server, conversation, "怎么退保", "1")
        assert [message["seq"] for message in repeated["messages"]] == [1, 2]
        write(server, conversation, "要多久到账", "2")
        assert [number for number, _ in Stream(server, conversation, last).messages(2)] == [3, 4]
    finally:
        server.stop()


def test_two_processes_on_postgresql_serve_one_conversation(own_home, postgresql, tmp_path):
    from tests.databases import _postgresql_url

    url = _postgresql_url(postgresql).render_as_string(hide_password=False)
    one = Server(own_home, url).start()
    two = Server(own_home, url).start()
    try:
        conversation = start(one)
        stream = Stream(two, conversation)
        stream.state("assistant")
        write(one, conversation, "怎么退保", "1")
        assert stream.messages(2) == [(1, "customer"), (2, "assistant")]
    finally:
        one.stop()
        two.stop()
