"""Brings a database to the present schema, only ever through Alembic."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from knowledge_base.database import take_edit_lock
from knowledge_base.errors import StorageError


def alembic_config() -> Config:
    """Return Alembic's configuration with the migrations of the package."""
    config = Config()
    folder = str(files("api") / "migrations").replace("%", "%%")  # a percent sign would interpolate
    config.set_main_option("script_location", folder)
    return config


def upgrade_schema(engine: Engine) -> None:
    """Migrate to the newest revision; nothing is done where it is there already.

    Raises:
        StorageError: The database cannot be reached or migrated, or comes from a
            newer release.
    """
    config = alembic_config()
    try:
        with engine.begin() as connection:
            take_edit_lock(connection)  # processes that start together migrate once
            current = MigrationContext.configure(connection).get_current_revision()
            scripts = ScriptDirectory.from_config(config)
            if current == scripts.get_current_head():
                return
            _require_known(current, scripts)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except SQLAlchemyError as error:
        raise StorageError(
            f"The database {engine.url.render_as_string()!r} cannot be opened or migrated "
            f"({str(error).splitlines()[0]}). Check that it is a Baowen database, reachable and writable."
        ) from error


def _require_known(revision: str | None, scripts: ScriptDirectory) -> None:
    if revision and revision not in {script.revision for script in scripts.walk_revisions()}:
        raise StorageError(
            f"The database has schema {revision!r}, which this release does not know: "
            "it was probably opened by a newer one. Install that release."
        )
