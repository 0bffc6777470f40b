"""The database base that every table hangs on, and how a session is opened."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from sqlalchemy import (
    URL,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from knowledge_base.errors import MissingExtraError, StorageError

_REFUSED = re.compile(r"[\0\ud800-\udfff]")
_EDIT_LOCK = 0x62616F77656E  # "baowen": any number that no other program takes
PATIENCE_SECONDS = 10.0
"""How long SQLite's write lock is waited for, and one's turn before it."""


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment in UTC; SQLite, which keeps no zone, gives it back with one too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Store the moment in UTC."""
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Read it back in UTC."""
        if value is None or value.tzinfo:
            return value.astimezone(dt.UTC) if value else None
        return value.replace(tzinfo=dt.UTC)


class Base(DeclarativeBase):
    """The one base of all tables; constraints are named so that migrations can drop them."""

    type_annotation_map: ClassVar = {dt.datetime: UtcDateTime()}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def open_engine(url: str | URL) -> Engine:
    """Open the database at ``url``; SQLite gets a write-ahead log and waits for locks.

    Values never stand in error messages, because they hold what customers wrote.

    Raises:
        StorageError: The address is not one of a database.
        MissingExtraError: The driver of that database is not installed.
    """
    try:
        address = make_url(url)
        engine = create_engine(address, hide_parameters=True, **_patience(address))
    except ImportError as error:
        raise MissingExtraError(
            f"The database needs the driver {error.name!r}, which is not installed; "
            "install it, or leave BAOWEN_DATABASE_URL empty for SQLite."
        ) from None
    except (SQLAlchemyError, ValueError):  # the address may hold a password: it is not repeated
        raise StorageError(
            "The database address is not usable. Check BAOWEN_DATABASE_URL: "
            "it looks like postgresql+psycopg://user:password@host/name."
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_writing)
    return engine


def _patience(address: URL) -> dict[str, Any]:
    """Return how long to wait for a server that may be gone: the customer waits for the same long."""
    if not address.drivername.startswith("postgresql"):
        return {}
    usual = {"connect_timeout": 10, "tcp_user_timeout": 15_000, "keepalives_idle": 30}
    given = {name: value for name, value in usual.items() if name not in address.query}
    return {"connect_args": given, "pool_timeout": 15}


def _begin_writing(connection: Connection) -> None:
    """Take SQLite's write lock at once, so that what a transaction read still holds when it writes.

    Left to itself the driver begins at the first write and never before DDL: two
    processes that start on one home folder would both migrate and fill it.
    """
    reads = connection.get_execution_options().get("only_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def take_edit_lock(session: Session | Connection) -> None:
    """Let one transaction at a time change the knowledge base, until it ends.

    SQLite's transactions hold the one write lock from their beginning anyway.
    """
    bind = session.get_bind() if isinstance(session, Session) else session
    if bind.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _EDIT_LOCK})


def storable(text: str) -> str:
    """Return a text without what databases refuse and nobody can read: NUL and half surrogates."""
    return _REFUSED.sub("", text)


def is_away(error: StorageError) -> bool:
    """Tell whether the database itself failed, so that the same may work later."""
    return not isinstance(error.__cause__, DataError | IntegrityError | ProgrammingError)


def add_unless_known(session: Session, *rows: Base) -> bool:
    """Add rows that others may add at the same time; return False, adding none, if one is known.

    Whoever is second waits for the first one's transaction, and then sees its rows.
    """
    try:
        with session.begin_nested():
            session.add_all(rows)
    except IntegrityError:
        return False
    return True


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_writing alone
    cursor = connection.cursor()
    patience = f"busy_timeout={PATIENCE_SECONDS * 1000:.0f}"
    for pragma in (patience, "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Database:
    """Hands out transactions; only their end commits."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        self._writing = threading.Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a session that commits at the end, or rolls back on any error.

        Raises:
            StorageError: The database failed.
        """
        with self._told_failures(), self._turn(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one state and only reads; nobody waits for it.

        Raises:
            StorageError: The database failed.
        """
        with self._told_failures(), self.engine.connect() as connection:
            # SQLite's readers see one state anyway.
            on_postgresql = self.engine.dialect.name == "postgresql"
            options = {"isolation_level": "REPEATABLE READ"} if on_postgresql else {}
            connection.execution_options(only_reads=True, **options)
            with self._sessions(bind=connection) as session:
                yield session

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the threads of this process queue for SQLite's write lock.

        Who finds it taken would sleep for up to 100 ms before each new try, and come off worst
        again and again. Nobody queues for ever: while another process holds the lock, each
        would wait for all before them.
        """
        if self._writing is None:
            yield
            return
        if not self._writing.acquire(timeout=PATIENCE_SECONDS):
            raise StorageError(
                f"The database {self.engine.url.render_as_string()!r} is locked: others have been writing "
                f"for {PATIENCE_SECONDS:.0f} s. Check that no other program holds it, and try again."
            )
        try:
            yield
        finally:
            self._writing.release()

    @contextmanager
    def _told_failures(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StorageError(
                f"The database {self.engine.url.render_as_string()!r} failed ({type(error).__name__}: "
                f"{str(error).splitlines()[0]}). Check that it is reachable, not full and not locked."
            ) from error
