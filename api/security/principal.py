"""Who asks, and what that person or machine may do."""

from __future__ import annotations

from dataclasses import dataclass

from api.accounts.roles import Permission, permissions_of
from api.accounts.types import ApiKey, User
from api.security.errors import ForbiddenError
from assistant.desk.types import MAX_LEVEL
from knowledge_base.taxonomy import shipped_taxonomy


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks.

    Attributes:
        actor: ``user:ID`` or ``key:ID``, for what is recorded.
        name: The sign-in name, or the key's.
        display_name: What others read.
        permissions: What is allowed.
        queues: Whose tickets; a key has all of them, its scopes alone bound it.
        level: 1 first line, 2 specialist, 3 senior.
        capacity: Conversations at once; 0 for a key, which is assigned none.
    """

    actor: str
    name: str
    display_name: str
    permissions: frozenset[Permission]
    queues: frozenset[str]
    level: int
    capacity: int

    def require(self, permission: Permission) -> None:
        """Refuse what is not allowed.

        Raises:
            ForbiddenError: The roles or scopes do not hold the permission.
        """
        if permission not in self.permissions:
            raise ForbiddenError(
                f"{self.name!r} may not do this: it needs the permission {str(permission)!r}. "
                "Ask an admin for a role that has it."
            )


def principal_of_user(user: User) -> Principal:
    """Return a person with what the person's roles allow."""
    return Principal(
        actor=user.actor,
        name=user.name,
        display_name=user.display_name,
        permissions=permissions_of(user.roles),
        queues=user.queues,
        level=user.level,
        capacity=user.capacity,
    )


def principal_of_key(key: ApiKey) -> Principal:
    """Return a machine with the scopes of its key."""
    queues = frozenset(shipped_taxonomy().queues)
    return Principal(key.actor, key.name, key.name, key.scopes, queues, MAX_LEVEL, capacity=0)
