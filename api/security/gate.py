"""What routes share to let requests in; lives as ``app.state.gate``."""

from __future__ import annotations

from dataclasses import dataclass, field

from limits import RateLimitItem
from starlette.requests import HTTPConnection

from api.security.openid import OpenIdProvider
from api.security.rate_limits import RateLimits, address_group
from api.security.settings import SecuritySettings, limit_of
from knowledge_base.database import Database


@dataclass(frozen=True, slots=True)
class Gate:
    """The database of accounts, the settings, the company's own sign-in, and what was counted so far."""

    database: Database
    settings: SecuritySettings
    provider: OpenIdProvider | None = None
    rate_limits: RateLimits = field(default_factory=RateLimits)

    @property
    def key_limit(self) -> RateLimitItem:
        """Return how often one key may ask."""
        return limit_of(self.settings.key_limit)


def gate_of(connection: HTTPConnection) -> Gate:
    """Return the gate of the application that a request came to."""
    gate: Gate = connection.app.state.gate
    return gate


def address_of(connection: HTTPConnection) -> str:
    """Return the address a request came from; behind a trusted proxy, the one it names."""
    return connection.client.host if connection.client else ""


def counted_address(connection: HTTPConnection) -> str:
    """Return what counts as one address for limits."""
    return address_group(address_of(connection))
