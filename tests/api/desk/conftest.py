"""An application on each database, with customers and signed-in people."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.accounts.roles import Role
from api.accounts.users import UserDetails, add_user
from api.app import create_app
from api.conversing.desk import now
from knowledge_base.editing.types import Deed
from tests.api.conftest import sign_in
from tests.api.test_conversations import Customer

QUEUES = ("general", "claims", "complaints")


@pytest.fixture
def app(services, database):
    """The whole application on an empty database; content is that of the session."""
    settings = services.settings.model_copy(update={"poll_seconds": 3600})
    retrieval = replace(services.retrieval, settings=settings)
    app = create_app(replace(services, retrieval=retrieval, database=database))
    with TestClient(app):
        yield app


@pytest.fixture
def page(app):
    """A customer's browser."""
    return TestClient(app)


@pytest.fixture
def customer(page):
    """A customer with a conversation."""
    return Customer(page)


class Person:
    """Somebody's browser at the desk."""

    def __init__(self, app, user, csrf):
        self.user, self.actor = user, user.actor
        self.client = TestClient(app, headers={"Origin": "http://testserver"})
        self.csrf = csrf

    def get(self, path, status=200, **options):
        """Get something below /v1."""
        answer = self.client.get(f"/v1{path}", **options)
        assert answer.status_code == status, answer.text
        return answer.json()

    def post(self, path, body=None, status=200, method="POST"):
        """Do something below /v1; return what came of it."""
        answer = self.client.request(method, f"/v1{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None


@pytest.fixture
def person(app, database, hashed):
    """Return a function that makes an account and signs it in."""

    def make(name="li", role=Role.AGENT, queues=QUEUES, **details):
        with database.transaction() as session:
            details = UserDetails(roles=(role,), queues=queues, display_name=f"客服{name}", **details)
            user = add_user(session, name, hashed, details, Deed("cli:test", "", now()))
        someone = Person(app, user, "")
        assert sign_in(someone.client, name).status_code == 201
        return someone

    return make


@pytest.fixture
def agent(person):
    """An agent of the first line, signed in."""
    return person()


@pytest.fixture
def ticket(customer, agent):
    """The waiting ticket of a customer who asked for a person."""
    customer.write("怎么退保，我的电话是13812345678")
    customer.post("/handoff")
    (found,) = agent.get("/tickets")["tickets"]
    return found
