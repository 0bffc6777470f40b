"""The first account: a one-time link, good for an hour and only while there is none."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from api.accounts.passwords import HashedPassword
from api.accounts.roles import Role
from api.accounts.tables import SetupLinkRow
from api.accounts.types import User
from api.accounts.users import UserDetails, add_user, any_user
from knowledge_base.credentials import hash_token, new_token
from knowledge_base.editing.types import Deed
from knowledge_base.errors import BaowenError

LIFETIME = dt.timedelta(hours=1)
ACTOR = "setup"


class SetupOverError(BaowenError):
    """The one-time link opens nothing: it is old, used, or there are accounts."""

    code = "setup_over"
    http_status = 410


def make_setup_link(session: Session, now: dt.datetime) -> str | None:
    """Return the token of a new one-time link, or None where there is an account already.

    Processes that start together each print their own; the first one used ends all.
    """
    session.execute(delete(SetupLinkRow).where(SetupLinkRow.expires_at <= now))
    if any_user(session):
        return None
    token = new_token()
    session.add(SetupLinkRow(id=hash_token(token), expires_at=now + LIFETIME))
    return token


def require_open(session: Session, token: str, now: dt.datetime) -> None:
    """Refuse a link that could not be used now.

    Raises:
        SetupOverError: It is old, used or there are accounts.
    """
    row = session.get(SetupLinkRow, hash_token(token))
    if row is None or row.expires_at <= now or any_user(session):
        raise SetupOverError(
            "This link is not good any more: it was used, is over an hour old, or there are accounts. "
            "Start 'baowen serve' again for a new one, or use: baowen user add NAME --role admin."
        )


def set_up(
    session: Session, token: str, name: str, password: HashedPassword, display_name: str, now: dt.datetime
) -> User:
    """Make the first admin; the link is used up only when that succeeds.

    Raises:
        SetupOverError: The link is old, used or there are accounts.
        InvalidInputError: A name is not usable.
    """
    require_open(session, token, now)
    used = session.execute(delete(SetupLinkRow).where(SetupLinkRow.id == hash_token(token)))
    if isinstance(used, CursorResult) and used.rowcount != 1:  # another request was first
        raise SetupOverError("This link was used a moment ago. Sign in.")
    session.execute(delete(SetupLinkRow))
    details = UserDetails(display_name=display_name or name, roles=(Role.ADMIN,))
    return add_user(session, name, password, details, Deed(ACTOR, "", now))
