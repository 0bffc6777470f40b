"""Finds out who asks: a session's cookie, or an API key."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, WebSocket, WebSocketException, status
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.requests import HTTPConnection

from api.accounts.keys import KEY_MARK, find_key, use_key
from api.accounts.roles import Permission
from api.accounts.sessions import find_session, see_session
from api.accounts.types import SignIn
from api.security.errors import ForbiddenError, NotSignedInError
from api.security.gate import Gate, gate_of
from api.security.principal import Principal, principal_of_key, principal_of_user
from knowledge_base.credentials import same_secret
from knowledge_base.errors import BaowenError

COOKIE = "baowen_session"
CSRF_HEADER = "X-CSRF-Token"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})

# These two only describe the API; ``authenticate`` reads the request itself.
_COOKIE_SCHEME = APIKeyCookie(name=COOKIE, auto_error=False, description="POST /v1/session sets it.")
_KEY_SCHEME = HTTPBearer(auto_error=False, description="An API key: bw_...")


def authenticate(connection: HTTPConnection, *, in_use: bool = True) -> Principal:
    """Return who asks, by API key or else by cookie.

    Args:
        connection: The request or socket.
        in_use: Whether this counts as use of the session, which keeps it from ending idle;
            a socket that only looks whether it is still allowed says no.

    Raises:
        NotSignedInError: Nobody, or nobody any more.
        ForbiddenError: A write with a cookie lacks the CSRF token.
        TooManyError: The key asks too often.
    """
    gate = gate_of(connection)
    secret = bearer(connection)
    if secret.startswith(KEY_MARK):
        return _by_key(gate, secret)
    found = signed_in(connection, in_use=in_use)
    return principal_of_user(found.user)


def signed_in(connection: HTTPConnection, *, in_use: bool = True) -> SignIn:
    """Return the session of the cookie; see ``authenticate``.

    Raises:
        NotSignedInError: There is none, or it is over.
        ForbiddenError: A write lacks the CSRF token, or a socket comes from another site.
    """
    gate, now = gate_of(connection), dt.datetime.now(dt.UTC)
    found = peek(connection, now)
    if found is None:
        raise NotSignedInError("Nobody is signed in, or the session is over. Sign in again.")
    _require_own_page(connection, found)
    if in_use:
        see_session(gate.database, found, now)
    return found


def peek(connection: HTTPConnection, now: dt.datetime) -> SignIn | None:
    """Return the session of the cookie, if any, without counting this as use of it."""
    gate, token = gate_of(connection), connection.cookies.get(COOKIE)
    if not token:
        return None
    with gate.database.reading() as session:
        return find_session(session, token, gate.settings.session_limits, now)


def bearer(connection: HTTPConnection) -> str:
    """Return what stands behind ``Authorization: Bearer``, empty if nothing does."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _by_key(gate: Gate, secret: str) -> Principal:
    with gate.database.reading() as session:
        key = find_key(session, secret)
    if key is None:
        raise NotSignedInError("This API key is unknown or revoked. See: baowen key list.")
    gate.rate_limits.require(gate.key_limit, "key", key.id)
    use_key(gate.database, key, dt.datetime.now(dt.UTC))
    return principal_of_key(key)


def _require_own_page(connection: HTTPConnection, found: SignIn) -> None:
    """Refuse what another site makes the browser send with our cookie."""
    if connection.scope["type"] == "websocket":  # a browser sends no header of ours, but its origin
        origin, public = connection.headers.get("origin", ""), gate_of(connection).settings.public_url
        ours = urlsplit(str(public)).netloc if public else connection.headers.get("host")
        if urlsplit(origin).netloc != ours:
            raise ForbiddenError(f"A page of {origin!r} may not use this session; only our own pages may.")
    elif connection.scope["method"] not in _READING and not same_secret(
        connection.headers.get(CSRF_HEADER, ""), found.csrf
    ):
        raise ForbiddenError(
            f"A write with a session needs the header {CSRF_HEADER}; GET /v1/session tells its value."
        )


def require(permission: Permission, *others: Permission) -> Callable[..., Principal]:
    """Return a dependency that gives a route its ``Principal``, who has one of the permissions.

    It answers 401 where nobody is signed in and 403 where all are missing.
    """

    def allowed(
        request: Request,
        _cookie: Annotated[object, Depends(_COOKIE_SCHEME)],
        _key: Annotated[object, Depends(_KEY_SCHEME)],
    ) -> Principal:
        principal = authenticate(request)
        if principal.permissions.isdisjoint(others):
            principal.require(permission)
        return principal

    return allowed


def require_socket(permission: Permission) -> Callable[[WebSocket], Principal]:
    """Return the same for a WebSocket, which is refused before it opens.

    A socket outlives its session: ask ``authenticate(socket, in_use=False)`` from time to
    time, and close it on ``NotSignedInError``.
    """

    def allowed(socket: WebSocket) -> Principal:
        try:
            principal = authenticate(socket)
            principal.require(permission)
        except BaowenError as error:
            raise WebSocketException(status.WS_1008_POLICY_VIOLATION, error.code) from None
        return principal

    return allowed
