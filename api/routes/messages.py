"""A customer's message: stored with its reply, or kept on disk while the database is away."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Body, Depends, Request, Response

from api.conversing.access import TOKEN_SCHEME, Access, ConversationId, bearer_token, limit_messages
from api.conversing.desk import Desk, now
from api.conversing.receiving import receive_text
from api.conversing.spool import Waiting
from api.conversing.spooling import deliver_conversation
from api.routes.conversations import Exchanged, exchanged
from api.routes.shapes import ClientId, Desked, MessageText, Shape, errors
from assistant.desk.exchange import Exchange
from knowledge_base.credentials import hash_token
from knowledge_base.database import is_away
from knowledge_base.errors import StorageError
from knowledge_base.search.text import require_message

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

_OTHERWISE: dict[int | str, dict[str, Any]] = {
    200: {"model": Exchanged, "description": "Sent before by the same client_id; nothing was done now."},
    202: {"model": Exchanged, "description": "Kept on disk; stored and answered as soon as possible."},
}

_log = structlog.get_logger(__name__)


class NewText(Shape):
    """A customer's message."""

    text: MessageText
    client_id: ClientId


@router.post(
    "/{conversation_id}/messages",
    status_code=201,
    responses=_OTHERWISE | errors(401, 404, 409, 422, 429, 503),
)
def send(
    request: Request,
    desk: Desked,
    conversation_id: ConversationId,
    _: Annotated[object, Depends(TOKEN_SCHEME)],
    sent: Annotated[NewText, Body()],
    response: Response,
) -> Exchanged:
    """Store a message with the reply it gets; the same ``client_id`` again gives the same."""
    access, text = Access(conversation_id, bearer_token(request)), require_message(sent.text)
    limit_messages(request, access)
    try:
        exchange = _exchange(desk, access, text, sent.client_id)
    except StorageError as error:
        if not is_away(error):
            raise
        _log.error("database_away", problem=error.message)
        response.status_code = 202
        return _spooled(desk, access, text, sent.client_id)
    return exchanged(exchange, response)


def _exchange(desk: Desk, access: Access, text: str, client_id: str) -> Exchange:
    known = hash_token(access.token)
    if not desk.spool.has_seen(access.conversation_id, known):
        with desk.reading() as session:
            access.row(session)
        desk.spool.saw(access.conversation_id, known)
    deliver_conversation(desk, desk.spool, access.conversation_id)
    return receive_text(desk, access.conversation_id, text, client_id, now())


def _spooled(desk: Desk, access: Access, text: str, client_id: str) -> Exchanged:
    """Keep a message until the database is back, and tell the customer so."""
    waiting = Waiting(access.conversation_id, hash_token(access.token), text, client_id, now().isoformat())
    desk.spool.add(waiting)
    return Exchanged(messages=[], state=None, spooled=True, notice=desk.notices.text("spooled"))
