"""Transactions of one process queue on SQLite, but not for ever."""

import pytest
from sqlalchemy import text

from knowledge_base import database as module
from knowledge_base.database import Database, is_away, open_engine
from knowledge_base.errors import StorageError


@pytest.fixture
def open_database(tmp_path, monkeypatch):
    """Return a function that opens a database as a process of its own would."""
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)
    return lambda: Database(open_engine(f"sqlite:///{tmp_path / 'some.db'}"))


def write(database):
    with database.transaction() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS some (id INTEGER)"))


def test_who_gets_no_turn_in_time_is_told_that_the_database_is_away(open_database):
    database = open_database()
    with database.transaction(), pytest.raises(StorageError, match="is locked") as told:
        write(database)
    assert is_away(told.value)


def test_a_turn_is_given_back_when_another_process_keeps_the_lock(open_database):
    database, other = open_database(), open_database()
    write(database)
    with other.transaction() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(StorageError, match="failed"):
            write(database)
    write(database)
