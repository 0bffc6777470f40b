"""How accounts look in JSON."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Depends, Request
from pydantic import BaseModel, Field

from api.accounts.passwords import MAX_LENGTH
from api.accounts.roles import Permission, Role, permissions_of
from api.accounts.types import ApiKey, SignIn, User
from api.security.authentication import require
from api.security.errors import ForbiddenError
from api.security.principal import Principal
from knowledge_base.editing.types import Deed

# Twice what a password may have: whoever types too long a one is told so.
Password = Annotated[str, Field(max_length=2 * MAX_LENGTH)]
Name = Annotated[str, Field(max_length=200)]
Manager = Annotated[Principal, Depends(require(Permission.ACCOUNTS_MANAGE))]


class UserShape(BaseModel):
    """A person's account."""

    id: str
    actor: str
    name: str
    display_name: str
    roles: list[Role]
    permissions: list[Permission]
    queues: list[str]
    level: int
    capacity: int
    external: bool = Field(description="Signs in at the company's OpenID Connect provider.")
    disabled: bool
    created_at: dt.datetime


class SessionShape(BaseModel):
    """Who is signed in; ``csrf`` goes into the header X-CSRF-Token of every write."""

    user: UserShape
    csrf: str
    expires_at: dt.datetime


class KeyShape(BaseModel):
    """An API key without its secret."""

    id: str
    name: str
    prefix: str
    scopes: list[Permission]
    created_by: str
    created_by_name: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None


def user_shape(user: User) -> UserShape:
    """Return how an account looks in JSON."""
    return UserShape(
        id=user.id,
        actor=user.actor,
        name=user.name,
        display_name=user.display_name,
        roles=sorted(user.roles),
        permissions=sorted(permissions_of(user.roles)),
        queues=sorted(user.queues),
        level=user.level,
        capacity=user.capacity,
        external=user.external,
        disabled=user.disabled,
        created_at=user.created_at,
    )


def session_shape(found: SignIn) -> SessionShape:
    """Return how a session looks in JSON."""
    return SessionShape(user=user_shape(found.user), csrf=found.csrf, expires_at=found.expires_at)


def key_shape(key: ApiKey, names: dict[str, str]) -> KeyShape:
    """Return how a key looks in JSON; ``names`` tells what to call its maker."""
    return KeyShape(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=sorted(key.scopes),
        created_by=key.created_by,
        created_by_name=names.get(key.created_by, key.created_by),
        created_at=key.created_at,
        last_used_at=key.last_used_at,
        revoked_at=key.revoked_at,
    )


def deed_of(principal: Principal) -> Deed:
    """Return that somebody does something now."""
    return Deed(principal.actor, "", dt.datetime.now(dt.UTC))


def refuse_other_sites(request: Request) -> None:
    """Refuse what a page of another site asks where there is no CSRF token yet.

    Raises:
        ForbiddenError: The browser says that another site asks.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise ForbiddenError("Signing in is possible from our own pages only.")
