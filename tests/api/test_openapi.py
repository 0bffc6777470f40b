"""The API as its own description tells it: nothing that fits or does not fit it is a 5xx."""

import datetime as dt
import time

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from api.accounts.keys import add_key
from api.accounts.roles import Permission
from api.app import create_app
from api.schema import upgrade_schema
from knowledge_base.database import Database, open_engine
from knowledge_base.editing.types import Deed
from tests.api.test_streams import Server, start
from tests.databases import _postgresql_url

SECONDS = 45
"""All operations together; each gets its share."""

STREAMS = {"/v1/conversations/{conversation_id}/events"}
"""They never end; tests/api/test_streams.py reads them."""


@pytest.fixture(scope="module")
def description(services):
    return create_app(services).openapi()


def test_every_refusal_has_the_one_shape(description):
    """Only what FastAPI would add by itself is another shape; every route must tell its own."""
    wrong = []
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            assert "default" in operation["responses"]
            for status, response in operation["responses"].items():
                schema = response.get("content", {}).get("application/json", {}).get("schema", {})
                if (status == "default" or int(status) >= 400) and not schema.get("$ref", "").endswith(
                    "/ErrorView"
                ):
                    wrong.append((method, path, status))
    assert wrong == []


def test_operations_are_named_once(description):
    ids = [one["operationId"] for path in description["paths"].values() for one in path.values()]
    assert len(set(ids)) == len(ids)
    assert description["openapi"].startswith("3.1")


def key_for(url):
    engine = open_engine(url)
    upgrade_schema(engine)
    scopes = [one for one in Permission if one is not Permission.ACCOUNTS_MANAGE]
    with Database(engine).transaction() as session:
        secret, _ = add_key(
            session, "schemathesis", scopes, Deed("user:1", "a test", dt.datetime.now(dt.UTC))
        )
    engine.dispose()
    return secret


@pytest.fixture(scope="module")
def server(services, tmp_path_factory, postgresql):
    """A real server on PostgreSQL, which refuses more than SQLite does."""
    home = tmp_path_factory.mktemp("openapi") / "home"
    server = Server(home, _postgresql_url(postgresql).render_as_string(hide_password=False))
    server.secret = key_for(server.url)
    limits = ("ADDRESS", "KEY", "MESSAGE", "SIGN_IN", "SIGN_IN_NAME", "SIGN_IN_ADDRESS")
    server.extra = {f"BAOWEN_{name}_LIMIT": "100000/second" for name in limits}
    server.start()
    yield server
    server.stop()


def told(error):
    """A fault that does not come again is told as it was the first time."""
    return " | ".join([str(error), *(str(one) for one in getattr(error, "exceptions", ()))])


def test_no_call_is_a_5xx_or_undescribed(server):
    load_all_checks()
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{server.port}/v1/openapi.json")
    operations = [one.ok() for one in schema.get_all_operations() if one.ok().path not in STREAMS]
    conversation = start(server)
    failed, share = [], SECONDS / len(operations)
    for operation in operations:
        until = time.monotonic() + share

        @settings(max_examples=25, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def call(case):
            if time.monotonic() > until:  # noqa: B023 - called within its own turn
                return
            mine = case.path.startswith(("/v1/conversations", "/v1/complaints/"))
            if "conversation_id" in case.path_parameters:
                case.path_parameters["conversation_id"] = conversation["id"]
            secret = conversation["token"] if mine else server.secret
            headers = {**(case.headers or {}), "Authorization": f"Bearer {secret}"}
            case.headers = headers
            response = case.call(timeout=20)
            assert response.status_code < 500, (response.status_code, response.text)
            case.validate_response(response, checks=[status_code_conformance, response_schema_conformance])

        try:
            call()
        except BaseException as error:  # all faults of all operations are told at once
            failed.append(f"{operation.label}: {type(error).__name__} {told(error)[:700]}")
    assert not failed, "\n\n".join(failed)
