"""What a role may do, and no more; docs/accounts.md shows the same table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that may be allowed. Routes ask for permissions, never for roles."""

    TICKETS_WORK = "tickets:work"
    TICKETS_SUPERVISE = "tickets:supervise"
    REVEAL = "reveal"
    OFF_SWITCH_SET = "off_switch:set"
    KNOWLEDGE_WRITE = "knowledge:write"
    KNOWLEDGE_PUBLISH = "knowledge:publish"
    REPORTS_READ = "reports:read"
    AUDITS_JUDGE = "audits:judge"
    CANDIDATES_DECIDE = "candidates:decide"
    LABELS_WRITE = "labels:write"
    ACCOUNTS_MANAGE = "accounts:manage"
    AUDIT_READ = "audit:read"


class Role(StrEnum):
    """What a person works as; one may have several."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    ANALYST = "analyst"
    ADMIN = "admin"


# An admin hands out roles and reads no customer's conversation; four eyes stand
# between writing and publishing, so that an editor may do both (not to one revision).
PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.AGENT: frozenset({Permission.TICKETS_WORK, Permission.REVEAL}),
        Role.SUPERVISOR: frozenset(
            {
                Permission.TICKETS_WORK,
                Permission.TICKETS_SUPERVISE,
                Permission.REVEAL,
                Permission.OFF_SWITCH_SET,
                Permission.REPORTS_READ,
                Permission.AUDITS_JUDGE,
            }
        ),
        Role.EDITOR: frozenset(
            {Permission.KNOWLEDGE_WRITE, Permission.KNOWLEDGE_PUBLISH, Permission.LABELS_WRITE}
        ),
        Role.ANALYST: frozenset(
            {
                Permission.REPORTS_READ,
                Permission.AUDITS_JUDGE,
                Permission.CANDIDATES_DECIDE,
                Permission.LABELS_WRITE,
            }
        ),
        Role.ADMIN: frozenset({Permission.ACCOUNTS_MANAGE, Permission.AUDIT_READ}),
    }
)

KEY_SCOPES = frozenset(Permission) - {Permission.ACCOUNTS_MANAGE}
"""What a key may carry: a key that leaks must not be able to make accounts or further keys."""


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return everything that the roles allow together."""
    return frozenset[Permission]().union(*(PERMISSIONS[role] for role in roles))
