"""Takes a customer's text in, whatever breaks on the way: never silence."""

from __future__ import annotations

import datetime as dt

import structlog
from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.conversing.handing_over import hand_over
from api.conversing.intake import take_in
from api.conversing.telling import tell
from api.conversing.thinking import Thinking
from assistant.desk.exchange import Exchange, Settle, receive
from assistant.desk.states import OPEN
from assistant.desk.tables import ConversationRow
from assistant.desk.tickets import CUSTOMER
from assistant.desk.types import Handover, Message, NewMessage
from knowledge_base.errors import BaowenError, place_of

_log = structlog.get_logger(__name__)


def receive_text(desk: Desk, conversation_id: str, text: str, client_id: str, now: dt.datetime) -> Exchange:
    """Store a customer's text with the reply it gets.

    What breaks while it is thought about or settled becomes a handoff with an apology, in
    which as little as possible can break again.

    Raises:
        NotFoundError: There is no such conversation.
        ConflictError: The conversation kept changing.
        StorageError: The database is away.
    """
    message = NewMessage("customer", text, actor=CUSTOMER, client_id=client_id)
    way = (desk.transaction, desk.reading)
    try:
        return receive(*way, Thinking(desk), conversation_id, message, now, take_in(desk))
    except BaowenError:
        raise
    except Exception as error:  # whatever it is, the customer gets a person
        # The error's own text may quote the customer, so only its place is logged.
        _log.error("exchange_failed", error=type(error).__name__, place=place_of(error))
    return receive(*way, lambda _: _apologise(desk), conversation_id, message, now)


def _apologise(desk: Desk) -> Settle:
    def settle(session: Session, row: ConversationRow, stored: Message, now: dt.datetime) -> None:
        if row.state not in OPEN:
            tell(session, desk, row, "failure", now)
            hand_over(session, desk, row, Handover(queue="general", reason="failure"), now)

    return settle
