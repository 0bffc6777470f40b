"""Which pages of other sites may embed the widget."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.security.errors import ForbiddenError
from api.security.gate import gate_of
from api.security.settings import SecuritySettings

CUSTOMER_PATHS = ("/v1/conversations", "/v1/top-questions", "/v1/suggest", "/v1/company", "/v1/complaints/")
"""What the widget calls with its conversation token; cookies never go along."""

SCRIPT_PATHS = ("/widget.js", "/assets/")
"""What it is made of: module scripts are always asked for across origins."""


class WidgetOrigins:
    """Answers cross-origin requests of the widget, and of nothing else (pure ASGI)."""

    def __init__(self, app: ASGIApp, settings: SecuritySettings) -> None:
        allowed = {origin for origins in settings.allowed_origins.values() for origin in origins}
        self._app = app
        self._open = CORSMiddleware(
            app,
            allow_origins=sorted(allowed),
            allow_methods=["GET", "POST"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-None-Match",
                "Last-Event-ID",
            ],
            expose_headers=["ETag", "Retry-After"],
            max_age=600,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the widget's paths speak CORS."""
        app = self._open if scope["type"] == "http" and _for_widget(scope["path"]) else self._app
        await app(scope, receive, send)


def _for_widget(path: str) -> bool:
    known = CUSTOMER_PATHS + SCRIPT_PATHS
    return any(path == one or path.startswith(one.rstrip("/") + "/") for one in known)


def require_origin(connection: HTTPConnection, site: str) -> None:
    """Refuse to open a site's conversation from a page of another site.

    A request without ``Origin`` is no page's, so that nothing is to be protected from it.

    Args:
        connection: The request.
        site: The channel it asks for.

    Raises:
        ForbiddenError: The page's origin is neither our own nor one of the site's.
    """
    origin = connection.headers.get("origin")
    if not origin or origin == own_origin(connection):
        return
    allowed = gate_of(connection).settings.allowed_origins.get(site, ())
    if origin not in allowed and "*" not in allowed:
        raise ForbiddenError(
            f"Pages of {origin!r} may not open conversations of {site!r}. "
            "List the origin in BAOWEN_ALLOWED_ORIGINS."
        )


def own_origin(connection: HTTPConnection) -> str:
    """Return the origin of the service's own pages, as this request sees it."""
    configured = gate_of(connection).settings.public_url
    if configured:
        return str(configured).rstrip("/")
    return f"{connection.url.scheme}://{connection.url.netloc}"
