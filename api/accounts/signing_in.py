"""Signing in with name and password: slow to guess, and silent on what was wrong."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select, update

from api.accounts.audit import ANONYMOUS, note
from api.accounts.passwords import verify_password
from api.accounts.sessions import SessionLimits, open_session
from api.accounts.tables import UserRow
from api.accounts.types import SignIn
from api.accounts.users import is_name
from knowledge_base.database import Database
from knowledge_base.errors import BaowenError


class WrongPasswordError(BaowenError):
    """Name and password do not go together; which of the two is wrong is not told."""

    code = "wrong_password"
    http_status = 401


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of the account that a name belongs to; nothing where there is none."""

    id: str = ""
    password_hash: str = ""
    disabled: bool = False


def sign_in(
    database: Database, name: str, password: str, address: str, limits: SessionLimits
) -> tuple[str, SignIn]:
    """Open a session for whoever knows the password.

    Returns:
        The token for the cookie, and the session.

    Raises:
        WrongPasswordError: The name is unknown, the password wrong or the account disabled.
        StorageError: The database failed.
    """
    known = check_password(database, name, password, address)
    now = dt.datetime.now(dt.UTC)
    with database.transaction() as session:
        token, opened = open_session(session, known, address, limits, now)
        note(session, opened.user.actor, "session.opened", opened.user.actor, {"address": address})
    return token, opened


def check_password(database: Database, name: str, password: str, address: str) -> str:
    """Return the id of the account that name and password open; hashing holds no transaction open.

    Raises:
        WrongPasswordError: They open none.
        StorageError: The database failed.
    """
    known = _find(database, name)
    right, newer = verify_password(password, known.password_hash)
    if not right or known.disabled:
        _note_failure(database, known, address)
        raise WrongPasswordError("Name and password do not go together, or the account is disabled.")
    if newer:
        _rehash(database, known, newer)
    return known.id


def _find(database: Database, name: str) -> _Known:
    name = name.strip().lower()
    if not is_name(name):
        return _Known()
    with database.reading() as session:
        row = session.scalars(select(UserRow).where(UserRow.name == name)).first()
        return _Known(row.id, row.password_hash, row.disabled) if row else _Known()


def _note_failure(database: Database, known: _Known, address: str) -> None:
    """A name that is none is not noted: people type passwords there by mistake."""
    subject = f"user:{known.id}" if known.id else ""
    with database.transaction() as session:
        note(session, ANONYMOUS, "session.refused", subject, {"address": address})


def _rehash(database: Database, known: _Known, newer: str) -> None:
    same = (UserRow.id == known.id) & (UserRow.password_hash == known.password_hash)
    with database.transaction() as session:
        session.execute(update(UserRow).where(same).values(password_hash=newer))
