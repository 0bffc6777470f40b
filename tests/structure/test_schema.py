"""Models and migrations agree; an older database is brought forward."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from api.schema import upgrade_schema
from api.tables import Base
from knowledge_base.database import open_engine
from knowledge_base.errors import StorageError


def test_no_drift_between_models_and_migrations(engine):
    upgrade_schema(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_twice_is_harmless(engine):
    upgrade_schema(engine)
    upgrade_schema(engine)
    assert {"entries", "decisions", "content_state"} <= set(inspect(engine).get_table_names())


def test_a_database_of_a_newer_release_is_refused(engine):
    upgrade_schema(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="newer"):
        upgrade_schema(engine)


def test_sqlite_is_in_wal_mode(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()
