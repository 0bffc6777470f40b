"""Gateways: signed both ways, no replay, every message delivered though they fail or we are killed."""

import base64
import datetime as dt
import hashlib
import hmac
import http.server
import json
import os
import signal
import threading
import time
import uuid

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from api.channels.delivery import deliver_due
from api.channels.settings import Channel, ChannelSettings
from api.channels.tables import ChannelThreadRow
from assistant.desk.tables import ConversationRow
from tests.api.test_streams import Server

KEY = "a gateway's key, long enough for HMAC-SHA256"
WAIT = 40


def sign(request_id, timestamp, body, key=KEY):
    mac = hmac.new(key.encode(), f"{request_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(mac.digest()).decode()


def signed(body, request_id=None, at=None, key=KEY):
    data = json.dumps(body, ensure_ascii=False).encode()
    request_id, at = request_id or uuid.uuid4().hex, str(int(at or time.time()))
    headers = {
        "webhook-id": request_id,
        "webhook-timestamp": at,
        "webhook-signature": sign(request_id, at, data, key),
        "content-type": "application/json",
    }
    return data, headers


def incoming(text="怎么退保", client_id="1", sender="openid-1", **more):
    return {"sender": sender, "text": text, "client_id": client_id, **more}


class Gateway:
    """A gateway's server: keeps what it takes, and refuses when told to."""

    def __init__(self):
        self.taken, self.refused, self.refusing = [], 0, 0
        self.heard = threading.Condition()
        gateway = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                with gateway.heard:
                    if gateway.refusing:
                        gateway.refusing -= 1
                        gateway.refused += 1
                        self.send_response(302 if gateway.refused % 2 else 500)
                        self.send_header("location", "/elsewhere")
                        self.end_headers()
                    else:
                        gateway.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
                        self.send_response(204)
                        self.end_headers()
                    gateway.heard.notify_all()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/callback"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def seqs(self, count):
        """Wait for so many deliveries; return the numbers of the messages."""
        with self.heard:
            assert self.heard.wait_for(lambda: len(self.taken) >= count, WAIT), self.taken
            return [json.loads(body)["message"]["seq"] for _, body in self.taken]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def gateway():
    gateway = Gateway()
    yield gateway
    gateway.close()


def application(services, callback_url=None, name="wechat"):
    app = create_app(services)
    channel = Channel(name=name, kind="webhook", key=KEY, site="web", callback_url=callback_url)
    app.state.channels = ChannelSettings(channels=(Channel(name="web"), channel))
    return app


@pytest.fixture
def client(services):
    with TestClient(application(services)) as client:
        yield client


def bring(client, body, name="wechat", **options):
    data, headers = signed(body, **options)
    return client.post(f"/v1/channels/{name}/messages", content=data, headers=headers)


def test_a_sender_has_one_conversation_and_gets_replies(client):
    sender = uuid.uuid4().hex
    first = bring(client, incoming(sender=sender))
    assert first.status_code == 201, first.text
    assert first.json()["messages"][0]["reply"]["action"] == "answer"
    again = bring(client, incoming(sender=sender))
    assert (again.status_code, again.json()) == (200, first.json())
    second = bring(client, incoming("要多久到账", "2", sender=sender)).json()
    assert second["conversation_id"] == first.json()["conversation_id"]
    assert second["messages"][0]["seq"] == 4
    other = bring(client, incoming(sender=uuid.uuid4().hex)).json()
    assert other["conversation_id"] != second["conversation_id"]


def test_a_gateway_may_vouch_for_a_customer_of_the_site(client, services):
    known = bring(client, incoming(sender=uuid.uuid4().hex, customer="kunde-77")).json()
    unknown = bring(client, incoming(sender=uuid.uuid4().hex)).json()
    with services.database.reading() as session:
        rows = [session.get(ConversationRow, one["conversation_id"]) for one in (known, unknown)]
    assert rows[0].customer_id
    assert rows[1].customer_id is None


def test_a_replay_is_refused(client):
    data, headers = signed(incoming(sender=uuid.uuid4().hex))
    post = lambda: client.post("/v1/channels/wechat/messages", content=data, headers=headers)  # noqa: E731
    assert post().status_code == 201
    assert post().status_code == 409


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data, headers: (data + b" ", headers),
        lambda data, headers: (data, headers | {"webhook-id": "another"}),
        lambda data, headers: (data, headers | {"webhook-timestamp": str(int(time.time()) + 1)}),
        lambda data, headers: (data, headers | {"webhook-signature": "v1,AAAA"}),
        lambda data, headers: (data, headers | {"webhook-signature": ""}),
        lambda data, headers: (data, {k: v for k, v in headers.items() if k != "webhook-id"}),
        lambda data, headers: signed(incoming(), at=time.time() - 301),
        lambda data, headers: signed(incoming(), at=time.time() + 330),
        lambda data, headers: signed(incoming(), key="another key that is long enough, too"),
        lambda data, headers: (data, headers | {"webhook-timestamp": "9" * 400}),
    ],
)
def test_what_is_not_signed_right_now_is_refused(client, spoil):
    data, headers = spoil(*signed(incoming()))
    refused = client.post("/v1/channels/wechat/messages", content=data, headers=headers)
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "not_signed_in"


def test_other_channels_take_no_webhooks_and_webhooks_no_pages(client):
    data, headers = signed(incoming())
    assert client.post("/v1/channels/web/messages", content=data, headers=headers).status_code == 404
    assert client.post("/v1/conversations", json={"channel": "wechat"}).status_code == 422


@pytest.mark.parametrize(
    "body", [[], {"sender": "x"}, incoming(text=""), incoming(sender=""), incoming(sender="a\0b"), {"a": 1}]
)
def test_unusable_messages_are_told(client, body):
    assert bring(client, body).status_code == 422


def test_replies_are_delivered_signed_and_tried_again_until_taken(services, gateway):
    gateway.refusing = 1
    with TestClient(application(services, gateway.url, "delivery")) as client:
        taken = bring(client, incoming(), "delivery").json()
        assert taken["messages"] == []
        assert gateway.seqs(1) == [2]
    headers, body = gateway.taken[0]
    timestamp = headers["webhook-timestamp"]
    assert headers["webhook-signature"] == sign(headers["webhook-id"], timestamp, body)
    told = json.loads(body)
    assert told["conversation_id"] == taken["conversation_id"]
    assert told["message"]["author"] == "assistant"
    assert headers["webhook-id"] == told["message"]["id"]
    assert gateway.refused == 1


def test_a_failing_gateway_is_asked_less_and_less_often(services):
    app = application(services, "http://127.0.0.1:9/")
    desk, channel = app.state.desk, app.state.channels.channels[1]
    with TestClient(application(services)) as client:
        conversation = bring(client, incoming(sender=uuid.uuid4().hex)).json()["conversation_id"]

    def row():
        with services.database.reading() as session:
            return session.scalars(select(ChannelThreadRow).filter_by(conversation_id=conversation)).one()

    def failing(*_):
        raise ConnectionRefusedError

    pauses = []
    for failures in range(1, 6):
        with services.database.transaction() as session:
            for one in session.scalars(select(ChannelThreadRow)):
                one.next_try_at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
        deliver_due(desk, channel, failing)
        assert (row().failures, row().delivered_seq) == (failures, 1)
        pauses.append((row().next_try_at - dt.datetime.now(dt.UTC)).total_seconds())
    assert pauses[-1] > 10
    assert deliver_due(desk, channel, failing) == 0


def test_two_processes_never_take_up_one_conversation_at_once(services):
    app = application(services, "http://127.0.0.1:9/")
    desk, channel = app.state.desk, app.state.channels.channels[1]
    with TestClient(application(services)) as client:
        bring(client, incoming(sender=uuid.uuid4().hex))
    with services.database.transaction() as session:
        for one in session.scalars(select(ChannelThreadRow)):
            one.next_try_at = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    sent, inner = [], []

    def slow(_url, body, _headers):
        inner.append(deliver_due(desk, channel, lambda *_: sent.append("twice")))
        sent.append(json.loads(body)["message"]["id"])

    assert deliver_due(desk, channel, slow) >= 1
    assert "twice" not in sent
    assert len(set(sent)) == len(sent)


def test_deliveries_survive_a_kill(own_home, gateway, monkeypatch):
    gateway.refusing = 10**6
    channel = {"name": "wechat", "kind": "webhook", "key": KEY, "callback_url": gateway.url}
    server = Server(own_home)
    server.extra = {"BAOWEN_CHANNELS": json.dumps([channel])}
    server.start()
    try:
        for number in (1, 2):
            data, headers = signed(incoming(client_id=str(number)))
            request = server.request("POST", "/v1/channels/wechat/messages", **headers)
            request.data = data
            server.open(request)
        with gateway.heard:
            assert gateway.heard.wait_for(lambda: gateway.refused >= 1, WAIT)
        server.stop(signal.SIGKILL)
        gateway.refusing = 0
        server.start()
        assert gateway.seqs(2) == [2, 4]
    finally:
        server.stop()


@pytest.mark.parametrize("key", ["short", "whsec_not base64 at all, but long enough", "whsec_AAAA", None])
def test_weak_keys_are_refused(key):
    with pytest.raises(ValueError, match=r"key|base64"):
        Channel(name="wechat", kind="webhook", key=key)


def test_keys_in_the_form_of_gateways_libraries_are_read():
    secret = os.urandom(32)
    text = "whsec_" + base64.b64encode(secret).decode()
    assert Channel(name="wechat", kind="webhook", key=text).key_bytes == secret
