"""An application on each database, with a month of traffic's worth of rows and keys to ask by."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.accounts.keys import add_key
from api.accounts.roles import Permission
from api.app import create_app
from benchmarks.traffic import NewTopic, Plan, make_month
from knowledge_base.editing.types import Deed


@pytest.fixture
def own(services, database, shipped_database):
    """The session's content and bundle on a database of one's own."""
    settings = services.settings.model_copy(update={"poll_seconds": 3600})
    retrieval = replace(services.retrieval, settings=settings)
    return replace(services, retrieval=retrieval, database=database)


@pytest.fixture
def client_of(own):
    """Return a function that gives a client with a key of some permissions."""
    with TestClient(create_app(own)) as client:

        def make(*scopes: Permission) -> TestClient:
            deed = Deed("user:1", "", dt.datetime.now(dt.UTC))
            with own.database.transaction() as session:
                secret, _ = add_key(session, "loop", scopes, deed)
            client.headers["Authorization"] = f"Bearer {secret}"
            return client

        yield make


@pytest.fixture
def traffic(own):
    """Three weeks of traffic up to today, with a topic that is new in the last one."""
    start = dt.date.today() - dt.timedelta(days=20)
    month = make_month(Plan(start, 21, 2000, seed=1, new_topic=NewTopic(14, 0.1)))
    with own.database.engine.begin() as connection:
        month.write(connection)
    return month
