"""Sign-ins in browsers: an opaque token in a cookie, its hash in the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from api.accounts.rows import user_of
from api.accounts.tables import SessionRow, UserRow
from api.accounts.types import SignIn
from knowledge_base.credentials import hash_token, new_token
from knowledge_base.database import Database

_SEEN_EVERY = dt.timedelta(minutes=1)  # so that not every request writes


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lasts: ``idle`` without a request, ``absolute`` in any case."""

    idle: dt.timedelta
    absolute: dt.timedelta


def open_session(
    session: Session, user_id: str, address: str, limits: SessionLimits, now: dt.datetime
) -> tuple[str, SignIn]:
    """Sign a person in; whatever has expired is cleared away.

    Returns:
        The token for the cookie, which is kept nowhere else, and the session.
    """
    session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))
    token = new_token()
    row = SessionRow(
        id=hash_token(token),
        user=session.get_one(UserRow, user_id),
        csrf=new_token(),
        address=address,
        created_at=now,
        last_seen_at=now,
        expires_at=now + limits.absolute,
    )
    session.add(row)
    return token, _sign_in_of(row)


def find_session(session: Session, token: str, limits: SessionLimits, now: dt.datetime) -> SignIn | None:
    """Return the session that a cookie's token opens, unless it is over or its person is disabled."""
    row = session.get(SessionRow, hash_token(token))
    if row is None or row.user.disabled:
        return None
    if now >= row.expires_at or now - row.last_seen_at >= limits.idle:
        return None
    return _sign_in_of(row)


def see_session(database: Database, found: SignIn, now: dt.datetime) -> None:
    """Remember that the session is in use, once a minute at most.

    Raises:
        StorageError: The database failed.
    """
    if now - found.last_seen_at < _SEEN_EVERY:
        return
    with database.transaction() as session:
        session.execute(update(SessionRow).where(SessionRow.id == found.id).values(last_seen_at=now))


def end_session(session: Session, session_id: str) -> None:
    """Sign out in one browser."""
    session.execute(delete(SessionRow).where(SessionRow.id == session_id))


def end_sessions_of(session: Session, user_id: str, keep: str = "") -> None:
    """Sign a person out everywhere, but for the session of the id ``keep``."""
    session.execute(delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.id != keep))


def _sign_in_of(row: SessionRow) -> SignIn:
    return SignIn(row.id, user_of(row.user), row.csrf, row.last_seen_at, row.expires_at)
