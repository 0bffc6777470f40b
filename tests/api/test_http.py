"""The HTTP service in process: shapes, errors, headers."""

import pytest
from fastapi.testclient import TestClient

from api.app import create_app


@pytest.fixture(scope="module")
def client(services):
    with TestClient(create_app(services)) as client:
        yield client


def test_ask(client):
    body = client.post("/v1/ask", json={"text": "医疗费发票丢了，还能申请理赔吗？"}).json()
    assert body["action"] == "answer"
    assert body["text"]
    fields = """action text entry_id revision intent confidence queue urgency reason choices candidates
    citations parts entities versions elapsed_ms"""
    assert set(fields.split()) <= body.keys()
    assert body["parts"][0]["entry_id"] == body["entry_id"]
    assert set(body["versions"]) == {"kb", "bundle", "thresholds"}


def test_entities_are_told_masked(client):
    response = client.post("/v1/ask", json={"text": "我电话13800000000，怎么退保"})
    (entity,) = response.json()["entities"]
    assert entity == {"kind": "phone", "span": [3, 14], "masked": "*******0000", "valid": True}
    assert "13800000000" not in response.text


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "invalid_input"),
        ({"text": "   "}, "invalid_input"),
        ({"text": "\x00\x01"}, "invalid_input"),
        ({"text": "长" * 10_000}, "invalid_input"),
        ({"text": "长" * 100_000}, "invalid_request"),
        ({}, "invalid_request"),
        ({"text": 5}, "invalid_request"),
        ({"text": "x", "other": 1}, "invalid_request"),
        ({"text": "x", "channel": "a b"}, "invalid_request"),
    ],
)
def test_bad_input_is_a_clear_4xx(client, body, code):
    response = client.post("/v1/ask", json=body)
    assert 400 <= response.status_code < 500
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert "Traceback" not in response.text


def test_a_body_that_is_not_json(client):
    response = client.post("/v1/ask", content=b"{broken", headers={"content-type": "application/json"})
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "invalid_request"


def test_a_lone_surrogate_does_not_break_the_service(client):
    response = client.post(
        "/v1/ask", content=b'{"text": "\\ud800"}', headers={"content-type": "application/json"}
    )
    assert 400 <= response.status_code < 500


def test_unknown_paths_have_the_error_shape(client):
    response = client.get("/v1/nothing")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "http")


def test_health(client):
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert "uncertified" in ready["notice"]


def test_the_page_loads_nothing_from_elsewhere(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "default-src 'self'" in response.headers["content-security-policy"]
    assert "http://" not in response.text
    assert "https://" not in response.text


def test_the_description_is_openapi_3_1(client):
    description = client.get("/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert "/v1/ask" in description["paths"]


def test_an_unexpected_failure_keeps_the_error_shape(services):
    app = create_app(services)
    app.state.desk = None
    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.post("/v1/ask", json={"text": "怎么退保"})
    assert (response.status_code, response.json()["error"]["code"]) == (500, "internal")
