"""An application of accounts and their gate alone: no bundle and no index, so that it is there at once."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.accounts.passwords import choose_password
from api.accounts.roles import Role
from api.accounts.users import UserDetails, add_user
from api.errors import install_errors
from api.routes import accounts
from api.security.installing import install_security
from api.security.settings import SecuritySettings
from knowledge_base.editing.types import Deed

PASSWORD = "drei Birnen im Zug"
NOW = dt.datetime(2026, 11, 27, 8, tzinfo=dt.UTC)
DEED = Deed("cli:test", "", NOW)


@pytest.fixture(scope="session")
def hashed():
    """One hashed password for all accounts: hashing is slow on purpose."""
    return choose_password(PASSWORD)


@pytest.fixture
def make_user(database, hashed):
    """Return a function that makes an account."""

    def make(name="li", *roles, **details):
        with database.transaction() as session:
            return add_user(session, name, hashed, UserDetails(roles=roles or (Role.AGENT,), **details), DEED)

    return make


@pytest.fixture
def make_app(database):
    """Return a function that makes an application; its arguments are settings."""

    def make(**settings):
        app = FastAPI()
        app.include_router(accounts.router)
        install_errors(app)
        install_security(app, database, SecuritySettings(**settings))
        return app

    return make


@pytest.fixture
def client(make_app):
    """A browser on an application with the default settings."""
    return TestClient(make_app(), base_url="https://desk.example")


def sign_in(client, name="li", password=PASSWORD):
    """Sign in and send the CSRF token from now on."""
    response = client.post("/v1/session", json={"name": name, "password": password})
    if response.status_code == 201:
        client.headers["X-CSRF-Token"] = response.json()["csrf"]
    return response


def code_of(response):
    """Return the code of an error, after its shape was checked."""
    assert set(response.json()) == {"error"}
    assert set(response.json()["error"]) == {"code", "message", "detail"}
    return response.status_code, response.json()["error"]["code"]
