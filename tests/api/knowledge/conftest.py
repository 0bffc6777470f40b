"""An application that serves the shipped entries from each database, with editors signed in."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from api.accounts.roles import Role
from api.accounts.users import UserDetails, add_user
from api.app import create_app
from api.conversing.desk import now
from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.snapshots import load_newest
from knowledge_base.editing.types import Deed, Edit
from tests.api.conftest import sign_in
from tests.api.desk.conftest import Person

JOB_SECONDS = 120


@pytest.fixture
def app(services, database, shipped_database):
    """The whole application on a database of its own, with the shipped entries published."""
    with database.reading() as session:
        published, _ = load_newest(session)
    settings = services.settings.model_copy(update={"poll_seconds": 3600, "replay_questions": 60})
    retrieval = replace(services.retrieval, settings=settings)
    app = create_app(replace(services, retrieval=retrieval, database=database, published=published))
    with TestClient(app):
        yield app


class Editor(Person):
    """Somebody's browser on the knowledge pages."""

    def done(self, job):
        """Wait for the end of a job and return it."""
        end = time.monotonic() + JOB_SECONDS
        while job["state"] == "running" and time.monotonic() < end:
            time.sleep(0.2)
            job = self.get(f"/jobs/{job['id']}")
        assert job["state"] != "running", job
        return job

    def publish(self, *ids, **order):
        """Publish entries and return what came of it."""
        return self.done(self.post("/publishes", {"ids": ids, **order}, 202))


@pytest.fixture
def editor(app, database, hashed):
    """Return a function that makes an account and signs it in."""

    def make(name, role=Role.EDITOR):
        with database.transaction() as session:
            details = UserDetails(roles=(role,), display_name=f"编辑{name}")
            user = add_user(session, name, hashed, details, Deed("cli:test", "", now()))
        someone = Editor(app, user, "")
        assert sign_in(someone.client, name).status_code == 201
        return someone

    return make


@pytest.fixture
def li(editor):
    """An editor."""
    return editor("li")


@pytest.fixture
def wang(editor):
    """Another editor."""
    return editor("wang")


@pytest.fixture
def save(database):
    """Return a function that saves an entry as somebody's draft."""

    def saved(entry, author):
        with database.transaction() as session:
            save_edits(session, [Edit(entry)], Deed(author.actor, "", now()))
        return entry.id

    return saved
