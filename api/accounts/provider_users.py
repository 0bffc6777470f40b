"""People who sign in at the company's own provider."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import ANONYMOUS, note
from api.accounts.roles import Role
from api.accounts.rows import user_of
from api.accounts.sessions import end_sessions_of
from api.accounts.tables import UserRow
from api.accounts.types import User
from api.accounts.users import UserDetails, add_external_user, change_user, is_name
from knowledge_base.credentials import hash_token
from knowledge_base.editing.types import Deed

_ACTOR = "provider"
_LONGEST = 50


def user_of_provider(
    session: Session,
    issuer: str,
    subject: str,
    name: str,
    display_name: str,
    roles: Collection[Role],
    now: dt.datetime,
) -> User | None:
    """Return the account of whom the provider vouches for, made at the first sign-in.

    Accounts are told apart by issuer and subject alone: a name that somebody chose at
    the provider never opens another account. Roles are those of the provider, each
    time anew.

    Returns:
        The account, or None where the person has no role or the account is disabled.
    """
    identity = hash_token(f"{issuer} {subject}")
    row = session.scalars(select(UserRow).where(UserRow.identity == identity)).first()
    if not roles or (row and row.disabled):
        _refuse(session, row)
        return None
    deed = Deed(_ACTOR, "", now)
    shown = _shown(display_name) or name
    if row is None:
        details = UserDetails(display_name=_shown(shown) or "同事", roles=roles)
        return add_external_user(session, _free_name(session, name), identity, details, deed)
    details = UserDetails(display_name=_shown(shown) or None, roles=roles)
    return change_user(session, row.id, details, deed)


def _refuse(session: Session, row: UserRow | None) -> None:
    if row:
        end_sessions_of(session, row.id)
    note(session, ANONYMOUS, "session.refused", user_of(row).actor if row else "", {"provider": True})


def _shown(text: str) -> str:
    """Return what of a name at the provider can be shown here."""
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())[:_LONGEST]


def _free_name(session: Session, wanted: str) -> str:
    """Return a sign-in name like the one at the provider that nobody has."""
    name = re.sub(r"[^a-z0-9._@-]", "", wanted.strip().lower())[:_LONGEST].lstrip("._@-")
    name = name if is_name(name) else f"user-{uuid.uuid4().hex[:8]}"
    taken = session.scalar(select(UserRow.id).where(UserRow.name == name))
    return f"{name}-{uuid.uuid4().hex[:6]}" if taken else name
