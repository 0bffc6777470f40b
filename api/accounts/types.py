"""People and machines that work with Baowen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from api.accounts.roles import Permission, Role


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account.

    Attributes:
        id: Never changes and is never given to another; ``actor`` is made of it.
        name: What is typed to sign in.
        display_name: What customers and colleagues read.
        roles: What the person may do, see ``roles.py``.
        queues: The queues of the taxonomy whose tickets the person takes.
        level: 1 first line, 2 specialist, 3 senior.
        capacity: Conversations at once.
        external: Signs in at the OpenID Connect provider, and has no password here.
        disabled: May not sign in; history still names the person.
    """

    id: str
    name: str
    display_name: str
    roles: frozenset[Role]
    queues: frozenset[str]
    level: int
    capacity: int
    external: bool
    disabled: bool
    created_at: dt.datetime

    @property
    def actor(self) -> str:
        """Return the name under which what the person does is recorded."""
        return f"user:{self.id}"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A session of a person in one browser, as its cookie names it.

    Attributes:
        id: Hash of the cookie's token.
        csrf: What every write with the cookie must carry.
        expires_at: When it ends, however busy it is.
    """

    id: str
    user: User
    csrf: str
    last_seen_at: dt.datetime
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key with which a machine signs in; the secret itself is kept nowhere.

    Attributes:
        prefix: The beginning of the secret, to tell keys apart.
        scopes: The permissions it carries.
    """

    id: str
    name: str
    prefix: str
    scopes: frozenset[Permission]
    created_by: str
    created_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None

    @property
    def actor(self) -> str:
        """Return the name under which what the machine does is recorded."""
        return f"key:{self.id}"


@dataclass(frozen=True, slots=True)
class AuditNote:
    """Something that was done and must be answered for."""

    id: int
    at: dt.datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
