"""Messages that gateways bring in: WeChat, telephone, e-mail, apps."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from api.channels.settings import Channel, ChannelSettings
from api.channels.signing import require_signed
from api.channels.threads import conversation_of, require_first
from api.conversing.desk import Desk, now
from api.conversing.receiving import receive_text
from api.conversing.views import message_view
from api.routes.shapes import ClientId, Desked, MessageText, MessageView, Shape, errors
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.text import require_message

router = APIRouter(prefix="/v1/channels", tags=["channels"])


class Incoming(Shape):
    """What a person wrote to a gateway.

    ``sender`` is the gateway's own name for the person; ``customer`` the site's, where the
    gateway knows for certain who it is.
    """

    sender: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")
    text: MessageText
    client_id: ClientId
    customer: str = Field(default="", max_length=200, pattern=r"^[^\x00-\x1f]*$")
    locale: str = Field(default="zh-CN", pattern=r"^[A-Za-z-]{2,20}$")
    segment: str = Field(default="", pattern=r"^[a-z_]{0,40}$")


class Taken(BaseModel):
    """What became of it; ``messages`` is empty where they go to the callback address."""

    conversation_id: str
    state: str
    messages: list[MessageView]


_REPEATED: dict[int | str, dict[str, Any]] = {
    200: {"model": Taken, "description": "Brought before by the same client_id."}
}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": Incoming.model_json_schema()}},
    },
    "parameters": [
        {"in": "header", "name": name, "required": True, "schema": {"type": "string"}}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ],
}


@router.post(
    "/{channel}/messages",
    status_code=201,
    responses=_REPEATED | errors(401, 404, 409, 413, 422, 429, 503),
    openapi_extra=_BODY,
)
async def bring_in(request: Request, desk: Desked, channel: str, response: Response) -> Taken:
    """Take a signed message in; see docs/service.md for the signature."""
    channels: ChannelSettings = request.app.state.channels
    known, body = channels.webhook_channel(channel), await request.body()
    request_id = require_signed(known, request.headers, body, now())
    incoming = _read(body)
    taken, repeated = await run_in_threadpool(_take, desk, known, request_id, incoming)
    response.status_code = 200 if repeated else 201
    return taken


def _read(body: bytes) -> Incoming:
    try:
        incoming = Incoming.model_validate_json(body)
    except ValidationError as error:
        faults = tuple(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise InvalidInputError("The message is not as described; see detail.", faults) from None
    require_message(incoming.text)
    return incoming


def _take(desk: Desk, channel: Channel, request_id: str, incoming: Incoming) -> tuple[Taken, bool]:
    at = now()
    with desk.transaction() as session:
        require_first(session, channel.name, request_id, at)
        who = (incoming.sender, incoming.customer, incoming.locale, incoming.segment)
        conversation_id = conversation_of(session, channel, *who, at)
    exchange = receive_text(desk, conversation_id, incoming.text, incoming.client_id, at)
    replies = [] if channel.callback_url else exchange.messages[1:]
    views = [MessageView(**message_view(one)) for one in replies]
    taken = Taken(conversation_id=conversation_id, state=exchange.state, messages=views)
    return taken, exchange.repeated
