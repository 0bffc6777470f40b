"""Keys with which machines sign in: shown once, kept as a hash, revoked at any time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.accounts.audit import note
from api.accounts.roles import KEY_SCOPES, Permission
from api.accounts.rows import key_of
from api.accounts.tables import ApiKeyRow
from api.accounts.types import ApiKey
from knowledge_base.credentials import hash_token, new_token
from knowledge_base.database import Database
from knowledge_base.editing.types import Deed
from knowledge_base.errors import BaowenError, InvalidInputError

KEY_MARK = "bw_"
"""Every API key begins with it: code scanners recognise a leaked one."""

_PREFIX_LENGTH = 12
_LONGEST_NAME = 60
_USED_EVERY = dt.timedelta(minutes=1)  # so that not every request writes


class NoSuchKeyError(BaowenError):
    """No key has this id."""

    code = "no_such_key"
    http_status = 404


def add_key(session: Session, name: str, scopes: Collection[Permission], deed: Deed) -> tuple[str, ApiKey]:
    """Make a key.

    Returns:
        The secret, which is kept nowhere and cannot be shown again, and the key.

    Raises:
        InvalidInputError: The name is not usable, or a scope is none for keys.
    """
    secret = KEY_MARK + new_token()
    row = ApiKeyRow(
        id=uuid.uuid4().hex,
        name=_checked_name(name),
        prefix=secret[:_PREFIX_LENGTH],
        secret_hash=hash_token(secret),
        scopes=_checked_scopes(scopes),
        created_by=deed.actor,
        created_at=deed.at,
    )
    session.add(row)
    session.flush()
    note(session, deed.actor, "key.added", f"key:{row.id}", {"name": row.name, "scopes": row.scopes})
    return secret, key_of(row)


def list_keys(session: Session) -> list[ApiKey]:
    """Return all keys, the newest first, revoked ones too."""
    return [key_of(row) for row in session.scalars(select(ApiKeyRow).order_by(ApiKeyRow.created_at.desc()))]


def revoke_key(session: Session, key_id: str, deed: Deed) -> ApiKey:
    """Let a key open nothing from now on; doing it twice is harmless.

    Raises:
        NoSuchKeyError: There is none.
    """
    row = session.get(ApiKeyRow, key_id) if key_id.isascii() else None
    if row is None:
        raise NoSuchKeyError(f"There is no key of the id {key_id[:60]!r}. See: baowen key list.")
    if row.revoked_at is None:
        row.revoked_at = deed.at
        note(session, deed.actor, "key.revoked", f"key:{row.id}", {"name": row.name})
    return key_of(row)


def find_key(session: Session, secret: str) -> ApiKey | None:
    """Return the key of a secret, unless it was revoked."""
    row = session.scalars(select(ApiKeyRow).where(ApiKeyRow.secret_hash == hash_token(secret))).first()
    return key_of(row) if row and row.revoked_at is None else None


def use_key(database: Database, key: ApiKey, now: dt.datetime) -> None:
    """Remember that a key is in use, once a minute at most.

    Raises:
        StorageError: The database failed.
    """
    if key.last_used_at and now - key.last_used_at < _USED_EVERY:
        return
    with database.transaction() as session:
        session.execute(update(ApiKeyRow).where(ApiKeyRow.id == key.id).values(last_used_at=now))


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= _LONGEST_NAME or not name.isprintable():
        raise InvalidInputError(f"{name[:80]!r} cannot name a key: it needs 1 to {_LONGEST_NAME} characters.")
    return name


def _checked_scopes(scopes: Collection[Permission]) -> list[str]:
    if not scopes or (refused := set(scopes) - KEY_SCOPES):
        what = f"{sorted(refused)!r} cannot be carried by a key" if scopes else "A key needs a scope"
        raise InvalidInputError(f"{what}. Possible: {', '.join(sorted(KEY_SCOPES))}.")
    return sorted(set(scopes))
