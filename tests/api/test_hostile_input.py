"""What no honest customer sends: refused with a 4xx or kept as plain text, never a 5xx."""

import json
import urllib.error
import urllib.request

import pytest

from tests.api.test_streams import Server, start
from tests.databases import _postgresql_url

TEXTS = [
    "<script>alert(1)</script>怎么退保",
    "'; DROP TABLE messages; --",
    "怎么\x00退保",
    "\x00",
    "怎么\x1b[2J退保",
    "\u202e怎么退保\u2066",
    "怎么退保" + "\u0301" * 300,
    "\U0001f9d1\u200d\U0001f4bb" * 200,
    "{{7*7}} ${7*7} {hotline} %s %n",
    "\ufeff怎么退保\ufffe",
    "a" * 2000,
    "\n" * 1990 + "x",
    "../../etc/passwd",
    "＜ｓｃｒｉｐｔ＞",
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(request, services, tmp_path_factory):
    home, url = tmp_path_factory.mktemp("hostile") / "home", None
    if request.param == "postgresql":
        postgresql = request.getfixturevalue("postgresql")
        url = _postgresql_url(postgresql).render_as_string(hide_password=False)
    server = Server(home, url)
    server.extra = {"BAOWEN_MESSAGE_LIMIT": "100000/second"}
    server.start()
    yield server
    server.stop()


def status_of(server, method, path, body=None, token=None, raw=None, **headers):
    request = server.request(method, path, body, token, **headers)
    if raw is not None:
        request.data = raw
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status
    except urllib.error.HTTPError as error:
        status, body = error.code, json.load(error)
    assert set(body["error"]) == {"code", "message", "detail"}
    return status


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_texts_are_kept_as_text_or_refused(server, text):
    conversation = start(server)
    token, path = conversation["token"], f"/v1/conversations/{conversation['id']}"
    calls = [
        ("/messages", {"text": text, "client_id": "1"}),
        ("/callback", {"phone": "13812345678", "when": text[:500], "note": text[:500]}),
        ("/close", {}),
        ("/rating", {"score": 1, "resolved": False, "comment": text[:1000]}),
    ]
    for call, body in calls:
        assert status_of(server, "POST", path + call, body, token) in (200, 201, 422), call
    messages = server.call("GET", f"{path}/messages", token=token)["messages"]
    assert [one["seq"] for one in messages] == list(range(1, len(messages) + 1))
    assert "\x00" not in json.dumps(messages, ensure_ascii=False)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[" * 5000,
        b'{"text": "\xff\xfe", "client_id": "1"}',
        b'{"text": "\\ud800", "client_id": "1"}',
        b'{"text": 1e999, "client_id": "1"}',
        b'{"text": "x", "client_id": "1", "client_id": "2", "__proto__": {}}',
        b"null",
        b'"' + b"x" * 300_000 + b'"',
    ],
)
def test_broken_bodies_are_refused(server, raw):
    conversation = start(server)
    path, token = f"/v1/conversations/{conversation['id']}/messages", conversation["token"]
    headers = {"content-type": "application/json"}
    assert status_of(server, "POST", path, token=token, raw=raw, **headers) in (400, 413, 422)
    assert server.call("GET", path, token=token)["last_seq"] == 0


@pytest.mark.parametrize("odd", ["%00", "x" * 3000, "..%2f..%2f", "%ff%fe", "0" * 32, "%F0%9F%98%80"])
def test_odd_ids_open_nothing(server, odd):
    conversation = start(server)
    for path in (f"/v1/conversations/{odd}", f"/v1/conversations/{odd}/messages", f"/v1/complaints/{odd}"):
        assert status_of(server, "GET", path, token=conversation["token"]) in (404, 422)
    assert status_of(server, "GET", f"/v1/conversations/{conversation['id']}", token="\xff" * 40) == 404


@pytest.mark.parametrize("query", ["q=%00", "q=" + "a" * 100, "q=%25%5F%27", "q=%F0%9F%98%80", "q=("])
def test_odd_searches_find_nothing_harmful(server, query):
    assert status_of(server, "GET", f"/v1/suggest?{query}") == 200


def test_a_last_event_id_is_a_number_or_nothing(server):
    conversation = start(server)
    path, token = f"/v1/conversations/{conversation['id']}/events", conversation["token"]
    for odd in ("-1", "9" * 40, "x", "1e3"):
        request = server.request("GET", path, token=token, **{"last-event-id": odd})
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.readline() == b"event: state\n"
