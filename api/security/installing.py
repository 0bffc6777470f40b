"""Puts the gate and its middlewares around an application."""

from __future__ import annotations

from fastapi import FastAPI

from api.security.address_limit import AddressLimit
from api.security.body_limit import BodyLimit
from api.security.gate import Gate
from api.security.headers import SecurityHeaders
from api.security.openid import provider_of
from api.security.origins import WidgetOrigins
from api.security.settings import SecuritySettings
from api.security.time_limit import TimeLimit
from knowledge_base.database import Database

_UPLOADS = ("/attachments", "/v1/imports")
_AROUND_A_FILE = 64 * 1024
"""Bytes of an upload beside the file itself."""


def install_security(app: FastAPI, database: Database, settings: SecuritySettings) -> Gate:
    """Give ``app`` its gate and what stands before every route.

    From outside in: headers, origins (so that a widget can read a refusal), limit of the
    address, size, time. None of them holds a reply back, so that event streams flow.

    Raises:
        MissingExtraError: OpenID Connect is set and not installed.
    """
    gate = Gate(database, settings, provider_of(settings))
    app.state.gate = gate
    app.add_middleware(TimeLimit, seconds=settings.request_seconds)
    app.add_middleware(BodyLimit, limit_of=lambda path: _largest_body(path, settings))
    app.add_middleware(AddressLimit, gate=gate)
    app.add_middleware(WidgetOrigins, settings=settings)
    app.add_middleware(SecurityHeaders)
    return gate


def _largest_body(path: str, settings: SecuritySettings) -> int:
    if path.endswith(_UPLOADS):
        return settings.max_upload_mb * 1024 * 1024 + _AROUND_A_FILE
    return settings.max_body_kb * 1024
