"""Reads rows of the database as accounts."""

from __future__ import annotations

from api.accounts.roles import Permission, Role
from api.accounts.tables import ApiKeyRow, UserRow
from api.accounts.types import ApiKey, User


def user_of(row: UserRow) -> User:
    """Return the account of a row."""
    return User(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        roles=frozenset(Role(role) for role in row.roles),
        queues=frozenset(row.queues),
        level=row.level,
        capacity=row.capacity,
        external=row.identity is not None,
        disabled=row.disabled,
        created_at=row.created_at,
    )


def key_of(row: ApiKeyRow) -> ApiKey:
    """Return the key of a row."""
    return ApiKey(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scopes=frozenset(Permission(scope) for scope in row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
