"""People's accounts: made, changed, disabled; never deleted."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import note
from api.accounts.passwords import HashedPassword
from api.accounts.roles import Role
from api.accounts.rows import user_of
from api.accounts.sessions import end_sessions_of
from api.accounts.tables import ApiKeyRow, UserRow
from api.accounts.types import User
from assistant.desk.presence import MOST_AT_ONCE
from assistant.desk.types import MAX_LEVEL
from knowledge_base.editing.types import Deed
from knowledge_base.errors import BaowenError, ConflictError, InvalidInputError
from knowledge_base.taxonomy import shipped_taxonomy

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,59}")
_LONGEST_DISPLAY_NAME = 60


class NoSuchUserError(BaowenError):
    """No account has this id or name."""

    code = "no_such_user"
    http_status = 404


@dataclass(frozen=True, slots=True)
class UserDetails:
    """What may be said of an account; None leaves it as it is, or takes the default."""

    display_name: str | None = None
    roles: Collection[Role] | None = None
    queues: Collection[str] | None = None
    level: int | None = None
    capacity: int | None = None
    disabled: bool | None = None


_DEFAULTS = UserDetails(roles=(), queues=(), level=1, capacity=3, disabled=False)


def list_users(session: Session) -> list[User]:
    """Return all accounts, the disabled ones last, by name."""
    rows = session.scalars(select(UserRow).order_by(UserRow.disabled, UserRow.name))
    return [user_of(row) for row in rows]


def any_user(session: Session) -> bool:
    """Tell whether there is an account at all."""
    return session.scalar(select(UserRow.id).limit(1)) is not None


def find_user(session: Session, name: str) -> User:
    """Return the account of a sign-in name.

    Raises:
        NoSuchUserError: There is none.
    """
    name = name.strip().lower()
    wanted = select(UserRow).where(UserRow.name == name)
    row = session.scalars(wanted).first() if is_name(name) else None
    if row is None:
        raise NoSuchUserError(f"There is no account {name[:60]!r}. See: baowen user list.")
    return user_of(row)


def get_user(session: Session, user_id: str) -> User:
    """Return the account of an id.

    Raises:
        NoSuchUserError: There is none.
    """
    return user_of(_row_of(session, user_id))


def display_names(session: Session, actors: Iterable[str]) -> dict[str, str]:
    """Return what to call each actor (``user:ID`` and ``key:ID``); others are called as they are."""
    names = {actor: actor for actor in actors}
    ids = [actor.partition(":")[2] for actor in names if actor.startswith(("user:", "key:"))]
    for row in session.scalars(select(UserRow).where(UserRow.id.in_(ids))):
        names[f"user:{row.id}"] = row.display_name
    for key in session.scalars(select(ApiKeyRow).where(ApiKeyRow.id.in_(ids))):
        names[f"key:{key.id}"] = key.name
    return names


def add_user(session: Session, name: str, password: HashedPassword, details: UserDetails, deed: Deed) -> User:
    """Make an account that signs in with a password.

    Raises:
        InvalidInputError: A part is not usable.
        ConflictError: The name is taken.
    """
    return _added(session, name, password, None, details, deed)


def add_external_user(session: Session, name: str, identity: str, details: UserDetails, deed: Deed) -> User:
    """Make an account that signs in at the provider, as ``identity`` (issuer and subject).

    Raises:
        InvalidInputError: A part is not usable.
        ConflictError: The name is taken.
    """
    return _added(session, name, "", identity, details, deed)


def _added(
    session: Session, name: str, password_hash: str, identity: str | None, details: UserDetails, deed: Deed
) -> User:
    name = checked_name(name)
    if session.scalar(select(UserRow.id).where(UserRow.name == name)):
        raise ConflictError(f"There is an account {name!r} already. Take another name.")
    row = UserRow(
        id=uuid.uuid4().hex,
        name=name,
        display_name=name,
        password_hash=password_hash,
        identity=identity,
        created_at=deed.at,
    )
    _apply(row, _DEFAULTS)
    _apply(row, details)
    session.add(row)
    session.flush()
    note(session, deed.actor, "user.added", f"user:{row.id}", {"name": name, "roles": row.roles})
    return user_of(row)


def change_user(session: Session, user_id: str, details: UserDetails, deed: Deed) -> User:
    """Change an account; disabling it ends its sessions at once.

    Raises:
        NoSuchUserError: There is none.
        InvalidInputError: A part is not usable.
        ConflictError: Nobody would be left who manages accounts.
    """
    _lock_users(session)
    row = _row_of(session, user_id)
    before = user_of(row)
    _apply(row, details)
    session.flush()
    _require_admin_left(session, before)
    if row.disabled:
        end_sessions_of(session, row.id)
    after = user_of(row)
    if changed := _differences(before, after):
        note(session, deed.actor, "user.changed", f"user:{row.id}", changed)
    return after


def set_password(
    session: Session, user_id: str, password: HashedPassword, deed: Deed, keep: str = ""
) -> None:
    """Give an account another password, and end its sessions but ``keep`` (a session's id).

    Raises:
        NoSuchUserError: There is none.
        InvalidInputError: The account signs in at the provider.
    """
    row = _row_of(session, user_id)
    if row.identity:
        raise InvalidInputError(
            f"{row.name!r} signs in at the company's own sign-in; change the password there."
        )
    row.password_hash = password
    end_sessions_of(session, row.id, keep)
    note(session, deed.actor, "user.password_set", f"user:{row.id}")


def checked_name(name: str) -> str:
    """Return a sign-in name as it is stored.

    Raises:
        InvalidInputError: It has other characters or another length.
    """
    name = name.strip().lower()
    if not is_name(name):
        raise InvalidInputError(
            f"{name!r} cannot be a sign-in name. Use 2 to 60 letters a-z, digits and . _ @ -, "
            "beginning with a letter or digit."
        )
    return name


def is_name(name: str) -> bool:
    """Tell whether a sign-in name may be so."""
    return _NAME.fullmatch(name) is not None


def _row_of(session: Session, user_id: str) -> UserRow:
    row = session.get(UserRow, user_id)
    if row is None:
        raise NoSuchUserError(f"There is no account of the id {user_id[:60]!r}.")
    return row


def _apply(row: UserRow, details: UserDetails) -> None:
    if details.display_name is not None:
        row.display_name = _checked_display_name(details.display_name)
    if details.roles is not None:
        row.roles = sorted({str(role) for role in details.roles})
    if details.queues is not None:
        row.queues = _checked_queues(details.queues)
    if details.level is not None:
        row.level = _within("level", details.level, 1, MAX_LEVEL)
    if details.capacity is not None:
        row.capacity = _within("capacity", details.capacity, 1, MOST_AT_ONCE)
    if details.disabled is not None:
        row.disabled = details.disabled


def _checked_display_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= _LONGEST_DISPLAY_NAME or not name.isprintable():
        raise InvalidInputError(
            f"{name[:80]!r} cannot be shown as a name: it needs 1 to {_LONGEST_DISPLAY_NAME} characters."
        )
    return name


def _checked_queues(queues: Collection[str]) -> list[str]:
    known = shipped_taxonomy().queues
    if unknown := sorted(set(queues) - known.keys()):
        raise InvalidInputError(f"There are no queues {unknown!r}. Known: {', '.join(known)}.")
    return sorted(set(queues))


def _within(what: str, value: int, least: int, most: int) -> int:
    if not least <= value <= most:
        raise InvalidInputError(f"The {what} {value!r} is not between {least} and {most}.")
    return value


def _lock_users(session: Session) -> None:
    """Let two changes at once not take away one admin each, and leave none."""
    session.execute(select(UserRow.id).order_by(UserRow.id).with_for_update())


def _require_admin_left(session: Session, before: User) -> None:
    if Role.ADMIN not in before.roles or before.disabled:
        return
    users = list_users(session)
    if not any(Role.ADMIN in user.roles and not user.disabled for user in users):
        raise ConflictError(f"{before.name!r} is the last admin; make another one first.")


def _differences(before: User, after: User) -> dict[str, list[object]]:
    pairs = {f.name: (getattr(before, f.name), getattr(after, f.name)) for f in fields(UserDetails)}
    return {name: [_plain(old), _plain(new)] for name, (old, new) in pairs.items() if old != new}


def _plain(value: object) -> object:
    return sorted(str(item) for item in value) if isinstance(value, frozenset) else value
