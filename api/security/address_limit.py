"""How often one address may ask the API or open a socket (pure ASGI)."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from api.errors import response_of
from api.security.errors import TooManyError
from api.security.gate import Gate, counted_address
from api.security.settings import limit_of


class AddressLimit:
    """Refuses requests to ``/v1/`` beyond the limit of their address with 429; pages are free."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self._app = app
        self._limits = gate.rate_limits
        self._limit = limit_of(gate.settings.address_limit)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] in {"http", "websocket"} and scope["path"].startswith("/v1/"):
            try:
                self._limits.require(self._limit, "address", counted_address(HTTPConnection(scope)))
            except TooManyError as error:
                refusal = response_of(error) if scope["type"] == "http" else WebSocketClose(1008, error.code)
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
