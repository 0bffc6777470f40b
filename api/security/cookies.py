"""The cookies of a session, and of a sign-in under way."""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response

from api.security.authentication import COOKIE
from api.security.gate import gate_of

PROVIDER_COOKIE = "baowen_provider"
_PROVIDER_PATH = "/v1/session/provider"


def set_session_cookie(request: Request, response: Response, token: str) -> None:
    """Let the browser carry the session; no script reads it, no other site sends it."""
    lasts = gate_of(request).settings.session_limits.absolute
    _set(request, response, COOKIE, token, int(lasts.total_seconds()), "strict", "/")


def drop_session_cookie(request: Request, response: Response) -> None:
    """Let the browser forget the session."""
    _set(request, response, COOKIE, "", 0, "strict", "/")


def set_provider_cookie(request: Request, response: Response, token: str, seconds: int) -> None:
    """Bind a sign-in at the provider to this browser; it must come along on the way back."""
    _set(request, response, PROVIDER_COOKIE, token, seconds, "lax", _PROVIDER_PATH)


def _set(
    request: Request,
    response: Response,
    name: str,
    value: str,
    max_age: int,
    same_site: Literal["strict", "lax"],
    path: str,
) -> None:
    always = gate_of(request).settings.secure_cookies == "always"
    secure = always or request.url.scheme == "https"
    response.set_cookie(
        name, value, max_age=max_age, path=path, secure=secure, httponly=True, samesite=same_site
    )
