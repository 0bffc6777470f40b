"""``WS /v1/desk/events``: one socket that tells an open desk all that happens."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import anyio
import structlog
from fastapi import APIRouter, Depends, WebSocket, WebSocketDisconnect, status
from pydantic import Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool

from api.accounts.roles import Permission
from api.conversing.desk import Desk, desk_of, now
from api.realtime.broker import Subscription
from api.routes.shapes import Shape
from api.security.authentication import authenticate, require_socket
from api.security.principal import Principal
from api.tickets.feed import TOPICS, Feed
from api.tickets.own_presence import be_seen
from knowledge_base.errors import BaowenError

HEARTBEAT_SECONDS = 15.0
_APART_SECONDS = 0.15
"""A desk is told at once, but not more often: what happens meanwhile is read and sent together."""

_ASK_AGAIN = dt.timedelta(seconds=60)
_MOST_WATCHED = 100
_MOST_CHARACTERS = 20_000

router = APIRouter(tags=["desk"])
_log = structlog.get_logger(__name__)

TicketId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Seq = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Alive(Shape):
    """The agent's desk is still there."""

    type: Literal["alive"]


class Typing(Shape):
    """The agent is writing."""

    type: Literal["typing"]
    ticket: TicketId


class Watch(Shape):
    """Whose messages are wanted, each behind the number that the page has."""

    type: Literal["watch"]
    tickets: dict[TicketId, Seq] = Field(max_length=_MOST_WATCHED)


_Sent: Any = Annotated[Alive | Typing | Watch, Field(discriminator="type")]
_SENT: TypeAdapter[Any] = TypeAdapter(_Sent)


@router.websocket("/desk/events")
async def desk_events(
    socket: WebSocket, principal: Annotated[Principal, Depends(require_socket(Permission.TICKETS_WORK))]
) -> None:
    """Tell a desk what happens until it leaves, its session ends or the server does."""
    await socket.accept()
    with desk_of(socket).broker.subscribe(*TOPICS) as heard:
        code = await _Line(socket, desk_of(socket), principal, heard).run()
    if code:
        await socket.close(code)


class _Line:
    """One open socket; what its halves end with is the code to close it with, None if it is closed."""

    def __init__(self, socket: WebSocket, desk: Desk, principal: Principal, heard: Subscription) -> None:
        self._socket = socket
        self._desk = desk
        self._principal = principal
        self._heard = heard
        self._feed = Feed(desk, principal)
        self._reading = asyncio.Lock()
        self._asked_at = now()
        self._typed_at = dict[str, dt.datetime]()

    async def run(self) -> int | None:
        """Listen and tell until one of the two ends."""
        codes: list[int | None] = []

        async def half(work: Callable[[], Awaitable[int | None]]) -> None:
            codes.append(await self._safely(work))
            group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            group.start_soon(half, self.listen)
            group.start_soon(half, self.tell)
        return codes[0]

    async def _safely(self, work: Callable[[], Awaitable[int | None]]) -> int | None:
        try:
            return await work()
        except WebSocketDisconnect:
            return None
        except Exception as error:  # the page connects again
            _log.error("desk_socket_failed", error=type(error).__name__)
            return status.WS_1011_INTERNAL_ERROR

    async def listen(self) -> int | None:
        """Take what the page sends."""
        while True:
            try:
                text = await self._socket.receive_text()
                sent: Alive | Typing | Watch | None
                sent = _SENT.validate_json(text) if len(text) <= _MOST_CHARACTERS else None
            except (ValidationError, KeyError):  # KeyError: bytes instead of text
                sent = None
            if sent is None:
                return status.WS_1003_UNSUPPORTED_DATA
            await self._take(sent)

    async def tell(self) -> int | None:
        """Send what happens."""
        await run_in_threadpool(self._see)
        await self._socket.send_json(await run_in_threadpool(self._feed.hello))
        while not self._desk.broker.closed:
            topics = await self._heard.wait(HEARTBEAT_SECONDS)
            if not await self._may_go_on():
                return status.WS_1008_POLICY_VIOLATION
            if topics:
                await self._send(topics)
                await asyncio.sleep(_APART_SECONDS)
            else:
                await self._socket.send_json({"type": "alive"})
        return status.WS_1001_GOING_AWAY

    async def _send(self, topics: tuple[str, ...]) -> None:
        async with self._reading:
            for event in await run_in_threadpool(self._feed.events, topics):
                await self._socket.send_json(event)

    async def _take(self, sent: Alive | Typing | Watch) -> None:
        if isinstance(sent, Watch):
            async with self._reading:
                for event in await run_in_threadpool(self._feed.watch, sent.tickets):
                    await self._socket.send_json(event)
        elif isinstance(sent, Typing):
            await run_in_threadpool(self._type, sent.ticket)
        else:
            await run_in_threadpool(self._see)

    def _type(self, ticket_id: str) -> None:
        before = self._typed_at.get(ticket_id)
        if before and now() - before < dt.timedelta(seconds=1):
            return
        conversation_id = self._feed.holds(ticket_id)
        if conversation_id:
            self._typed_at[ticket_id] = now()
            self._desk.broker.tell([f"typing:{conversation_id}:agent"])

    def _see(self) -> None:
        with self._desk.transaction() as session:
            be_seen(session, self._principal, now())

    async def _may_go_on(self) -> bool:
        """Ask again who it is, once a minute: a session ends, and roles change."""
        if now() - self._asked_at < _ASK_AGAIN:
            return True
        self._asked_at = now()
        try:
            # An open page alone does not keep its session from ending.
            self._principal = await run_in_threadpool(authenticate, self._socket, in_use=False)
            self._principal.require(Permission.TICKETS_WORK)
        except BaowenError:
            return False
        self._feed.principal = self._principal
        return True
