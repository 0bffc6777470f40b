"""How long a reply may take to begin (pure ASGI)."""

from __future__ import annotations

import asyncio

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import error_response

_log = structlog.get_logger(__name__)


class TimeLimit:
    """Answers 503 where no reply has begun in time; one that has begun may stream for ever.

    Slow senders are cut off too: a body belongs to what comes before the reply. Work
    in a thread goes on to its end, so that a transaction is whole or not at all.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or give it up."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_begun(message: Message) -> None:
            nonlocal begun
            if not begun:
                begun = True
                deadline.reschedule(None)
            await send(message)

        try:
            async with asyncio.timeout(self._seconds) as deadline:
                await self._app(scope, receive, send_begun)
        except TimeoutError:
            if begun or not deadline.expired():
                raise
            _log.error("request_timed_out", path=scope["path"], seconds=self._seconds)
            message = f"No reply within {self._seconds:g} seconds. What has one client_id may be sent again."
            await error_response(503, "timeout", message)(scope, receive, send)
