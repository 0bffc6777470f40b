"""What stands before every route: limits, headers, origins, and who asks."""

import asyncio
import datetime as dt
import json
import socket
import threading
import time
from typing import Annotated

import pytest
import uvicorn
from fastapi import Depends, Request, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from api.accounts.keys import add_key
from api.accounts.roles import Permission, Role
from api.security.authentication import require, require_socket
from api.security.origins import require_origin
from api.security.principal import Principal
from api.security.rate_limits import address_group
from tests.api.conftest import DEED, code_of, sign_in

SITE, OTHER = "https://www.site.example", "https://other.example"
Worker = Annotated[Principal, Depends(require(Permission.TICKETS_WORK))]
SocketWorker = Annotated[Principal, Depends(require_socket(Permission.TICKETS_WORK))]


@pytest.fixture
def make_served(make_app):
    """Return a function that makes an application with routes such as others write."""

    def make(**settings):
        app = make_app(**settings)

        @app.get("/v1/tickets")
        def tickets(principal: Worker):
            return {"actor": principal.actor, "queues": sorted(principal.queues), "level": principal.level}

        @app.post("/v1/conversations")
        def begin(request: Request, body: dict):
            require_origin(request, body["channel"])
            return {"got": len(json.dumps(body))}

        @app.post("/v1/conversations/1/attachments")
        async def attach(request: Request):
            return {"size": len(await request.body())}

        @app.get("/v1/slow")
        async def slow(seconds: float):
            await asyncio.sleep(seconds)

        @app.get("/v1/slow-thread")
        def slow_thread(seconds: float):
            time.sleep(seconds)

        @app.get("/v1/events")
        async def events():
            async def ticks():
                for number in range(4):
                    yield f"data: {number}\n\n"
                    await asyncio.sleep(0.3)

            return StreamingResponse(ticks(), media_type="text/event-stream")

        @app.get("/v1/cached")
        def cached():
            return StreamingResponse(iter("x"), headers={"Cache-Control": "max-age=5"})

        @app.get("/page")
        def page():
            return "page"

        @app.websocket("/v1/desk/events")
        async def desk(socket: WebSocket, principal: SocketWorker):
            await socket.accept()
            await socket.send_json({"actor": principal.actor})
            await socket.close()

        return app

    return make


@pytest.fixture
def serve(make_served):
    """Return a function that serves the application on a real socket and tells its port."""
    running = []

    def start(**settings):
        config = uvicorn.Config(make_served(**settings), port=0, log_level="error", ws="none")
        server = uvicorn.Server(config)
        probe = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [probe]})
        thread.start()
        running.append((server, thread, probe))
        while not server.started:
            time.sleep(0.01)
        return probe.getsockname()[1]

    yield start
    for server, thread, probe in running:
        server.should_exit = True
        thread.join()
        probe.close()


def exchange(port, *parts, pause=0.0):
    """Send bytes as they are, in parts, and return all that comes back until the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for part in parts:
            connection.sendall(part)
            time.sleep(pause)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received.decode()


def test_a_person_is_told_to_the_route(make_served, make_user):
    client = TestClient(make_served())
    user = make_user("li", queues=["claims"], level=2)
    assert code_of(client.get("/v1/tickets")) == (401, "not_signed_in")
    sign_in(client)
    assert client.get("/v1/tickets").json() == {"actor": user.actor, "queues": ["claims"], "level": 2}


def test_a_machine_is_told_to_the_route(make_served, database):
    with database.transaction() as session:
        secret, key = add_key(session, "gateway", [Permission.TICKETS_WORK], DEED)
        weak, _ = add_key(session, "report", [Permission.REPORTS_READ], DEED)
    client = TestClient(make_served())
    told = client.get("/v1/tickets", headers={"Authorization": f"bearer {secret}"}).json()
    assert (told["actor"], told["level"]) == (key.actor, 3)
    assert {"claims", "general"} <= set(told["queues"])
    refused = client.get("/v1/tickets", headers={"Authorization": f"Bearer {weak}"})
    assert code_of(refused) == (403, "forbidden")
    assert "tickets:work" in refused.json()["error"]["message"]


def test_a_session_that_nobody_used_ends(make_served, make_user):
    client = TestClient(make_served(session_idle_minutes=0.005))
    make_user("li")
    sign_in(client)
    assert client.get("/v1/tickets").status_code == 200
    time.sleep(0.4)
    assert client.get("/v1/tickets").status_code == 401


def test_a_socket_opens_for_our_own_page_alone(make_served, make_user, database):
    client = TestClient(make_served(), base_url="http://desk.example")
    path = "ws://desk.example/v1/desk/events"
    user = make_user("li")

    def refused(**headers):
        with pytest.raises(WebSocketDisconnect) as caught, client.websocket_connect(path, headers=headers):
            pass
        return caught.value.code == 1008

    assert refused(origin="http://desk.example")
    sign_in(client)
    with client.websocket_connect(path, headers={"origin": "http://desk.example"}) as opened:
        assert opened.receive_json() == {"actor": user.actor}
    assert refused(origin=OTHER)
    assert refused()
    with database.transaction() as session:
        secret, _ = add_key(session, "gateway", [Permission.TICKETS_WORK], DEED)
    with client.websocket_connect(path, headers={"authorization": f"Bearer {secret}"}) as opened:
        assert opened.receive_json()["actor"].startswith("key:")
    make_user("editor", Role.EDITOR)
    sign_in(client, "editor")
    assert refused(origin="http://desk.example")


def test_a_socket_behind_a_proxy_knows_the_public_address(make_served, make_user):
    client = TestClient(make_served(public_url="https://desk.example"), base_url="https://10.0.0.1:8000")
    make_user("li")
    sign_in(client)
    path = "wss://10.0.0.1:8000/v1/desk/events"
    with client.websocket_connect(path, headers={"origin": "https://desk.example"}) as opened:
        assert opened.receive_json()["actor"].startswith("user:")
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(path, headers={"origin": "https://10.0.0.1:8000"}),
    ):
        pass


def test_sockets_count_for_the_limit_of_their_address(make_served, make_user):
    client = TestClient(make_served(address_limit="2/minute"), base_url="http://desk.example")
    make_user("li")
    sign_in(client)
    path, headers = "ws://desk.example/v1/desk/events", {"origin": "http://desk.example"}
    with client.websocket_connect(path, headers=headers) as opened:
        assert opened.receive_json()
    with pytest.raises(WebSocketDisconnect) as caught, client.websocket_connect(path, headers=headers):
        pass
    assert caught.value.reason == "too_many"


def test_every_reply_has_the_headers(make_served):
    client = TestClient(make_served(), base_url="https://desk.example")
    for path in ("/page", "/v1/tickets", "/nothing"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["strict-transport-security"]
    assert client.get("/v1/tickets").headers["cache-control"] == "no-store"
    assert client.get("/v1/cached").headers["cache-control"] == "max-age=5"
    assert "cache-control" not in client.get("/page").headers
    plain = TestClient(make_served(), base_url="http://desk.example")
    assert "strict-transport-security" not in plain.get("/page").headers


def test_a_body_over_the_limit_is_413_whatever_it_says(serve):
    port = serve(max_body_kb=1)
    head = b"POST /v1/conversations HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += b"Content-Type: application/json\r\n"
    fits = json.dumps({"channel": "web", "x": "y" * 900}).encode()
    large = json.dumps({"channel": "web", "x": "y" * 2000}).encode()
    told = head + b"Content-Length: %d\r\n\r\n"
    assert " 200 " in exchange(port, told % len(fits) + fits).splitlines()[0]
    answer = exchange(port, told % len(large) + large)
    assert " 413 " in answer.splitlines()[0] and '"too_large"' in answer
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n"
    pieces = [
        b"%x\r\n%s\r\n" % (len(large) // 2, large[i : i + len(large) // 2]) for i in (0, len(large) // 2)
    ]
    answer = exchange(port, chunked, *pieces, b"0\r\n\r\n", pause=0.05)
    assert " 413 " in answer.splitlines()[0] and '"too_large"' in answer
    fitting = b"%x\r\n%s\r\n0\r\n\r\n" % (len(fits), fits)
    assert " 200 " in exchange(port, chunked + fitting).splitlines()[0]


def test_uploads_may_be_larger(make_served):
    client = TestClient(make_served(max_body_kb=1, max_upload_mb=1))
    path = "/v1/conversations/1/attachments"
    assert client.post(path, content=b"x" * 100_000).json() == {"size": 100_000}
    assert code_of(client.post(path, content=b"x" * 1_200_000)) == (413, "too_large")


def test_what_takes_too_long_is_503(serve):
    port = serve(request_seconds=0.4)
    ask = "GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    assert " 200 " in exchange(port, ask.format("/v1/slow?seconds=0.05").encode()).splitlines()[0]
    for path in ("/v1/slow?seconds=5", "/v1/slow-thread?seconds=2"):
        began = time.monotonic()
        answer = exchange(port, ask.format(path).encode())
        assert " 503 " in answer.splitlines()[0] and '"timeout"' in answer
        assert time.monotonic() - began < 1.5


def test_whoever_sends_too_slowly_is_cut_off(serve):
    port = serve(request_seconds=0.4)
    head = b"POST /v1/conversations HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"
    began = time.monotonic()
    assert " 503 " in exchange(port, head).splitlines()[0]
    assert time.monotonic() - began < 2


def test_an_event_stream_flows_and_outlives_the_time_limit(serve):
    port = serve(request_seconds=0.4)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET /v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        seen, began = b"", time.monotonic()
        while b"data: 0" not in seen:
            seen += connection.recv(4096)
        assert time.monotonic() - began < 0.25
        while chunk := connection.recv(4096):
            seen += chunk
    assert b"data: 3" in seen


def test_one_address_may_not_ask_too_often_and_pages_stay(make_served):
    app = make_served(address_limit="3/minute")
    client, other = TestClient(app, client=("10.0.0.1", 1)), TestClient(app, client=("10.0.0.2", 1))
    assert [client.get("/v1/tickets").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert int(client.get("/v1/tickets").headers["retry-after"]) >= 1
    assert code_of(client.get("/v1/tickets")) == (429, "too_many")
    assert client.get("/page").status_code == 200
    assert other.get("/v1/tickets").status_code == 401


@pytest.mark.parametrize(
    ("host", "group"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_an_ipv6_network_counts_as_one_address(host, group):
    assert address_group(host) == group


def begin(client, origin, channel="web"):
    headers = {"Origin": origin} if origin else {}
    return client.post("/v1/conversations", json={"channel": channel}, headers=headers)


def test_a_listed_site_embeds_the_widget_and_opens_its_own_channel(make_served):
    app = make_served(allowed_origins={"web": [SITE], "agency": [OTHER], "open": ["*"]})
    client = TestClient(app, base_url="https://desk.example")
    for origin in (SITE, "https://desk.example", None):
        assert begin(client, origin).status_code == 200, origin
    assert code_of(begin(client, OTHER)) == (403, "forbidden")
    assert code_of(begin(client, SITE, "agency")) == (403, "forbidden")
    assert begin(client, "null", "open").status_code == 200


def test_cross_origin_replies_are_readable_for_listed_sites_and_the_widget_alone(make_served, make_user):
    client = TestClient(make_served(allowed_origins={"web": [SITE]}), base_url="https://desk.example")
    make_user("li")
    allowed = begin(client, SITE)
    assert allowed.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-credentials" not in allowed.headers
    assert "access-control-allow-origin" not in begin(client, OTHER).headers
    for path in ("/v1/session", "/v1/tickets", "/v1/conversationsX"):
        assert "access-control-allow-origin" not in client.get(path, headers={"Origin": SITE}).headers
    asked = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    assert client.options("/v1/conversations", headers=asked).status_code == 200
    assert client.options("/v1/conversations", headers={**asked, "Origin": OTHER}).status_code == 400
    assert client.options("/v1/users", headers=asked).status_code == 405


def test_a_refusal_is_readable_for_the_widget_too(make_served):
    app = make_served(allowed_origins={"web": [SITE]}, address_limit="1/minute")
    client = TestClient(app, base_url="https://desk.example")
    begin(client, SITE)
    refused = begin(client, SITE)
    assert code_of(refused) == (429, "too_many")
    assert refused.headers["access-control-allow-origin"] == SITE
    assert "Retry-After" in refused.headers["access-control-expose-headers"]


def test_without_settings_only_our_own_pages_open_conversations(make_served):
    client = TestClient(make_served(), base_url="https://desk.example")
    assert begin(client, "https://desk.example").status_code == 200
    assert code_of(begin(client, SITE)) == (403, "forbidden")
    behind = TestClient(make_served(public_url="https://public.example"), base_url="http://10.0.0.1:8000")
    assert begin(behind, "https://public.example").status_code == 200
    assert begin(behind, "http://10.0.0.1:8000").status_code == 403


def test_a_moment_is_told_in_utc(make_served, make_user):
    client = TestClient(make_served())
    make_user("li")
    moment = dt.datetime.fromisoformat(sign_in(client).json()["expires_at"])
    assert moment.utcoffset() == dt.timedelta(0)
