"""Takes a customer's message in and stores it together with the reply it gets.

The assistant thinks outside the transaction; what it thought counts only if nothing
happened to the conversation meanwhile. So no message is stored without what becomes of
it, and the assistant never speaks beside an agent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import cast

from sqlalchemy.orm import Session

from assistant.desk.conversations import (
    append_new,
    customer_texts,
    locked,
    move,
    read_messages,
    require_conversation,
    sent_before,
)
from assistant.desk.off_switch import OffSwitch, list_off
from assistant.desk.states import OPEN
from assistant.desk.tables import ConversationRow
from assistant.desk.types import Message, NewMessage, State
from knowledge_base.errors import ConflictError

_ATTEMPTS = 5
"""Somebody else may change the conversation while the assistant thinks, but not for ever."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A message as the assistant gets it, with the automatic answers that are switched off."""

    conversation_id: str
    channel: str
    segment: str
    locale: str
    text: str
    history: tuple[str, ...]
    switches: tuple[OffSwitch, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """What became of a message.

    Attributes:
        messages: The customer's, and what was replied.
        repeated: The message was stored before; nothing was done now.
    """

    messages: tuple[Message, ...]
    state: State
    repeated: bool


Settle = Callable[[Session, ConversationRow, Message, dt.datetime], None]
"""Writes the reply, and the ticket if there is one, into the transaction of the message."""

Think = Callable[[Asked], Settle]
"""Decides on a message without touching the database; what it returns stores the outcome."""

Transaction = Callable[[], AbstractContextManager[Session]]
"""Opens a transaction that commits at its end."""


def receive(
    transaction: Transaction,
    reading: Transaction,
    think: Think,
    conversation_id: str,
    message: NewMessage,
    now: dt.datetime,
    otherwise: Settle | None = None,
) -> Exchange:
    """Store a customer's message with the reply it gets.

    Args:
        transaction: Opens a transaction that writes.
        reading: Opens one that only reads.
        think: Decides on a text; asked only while the assistant has the conversation.
        conversation_id: Where the message belongs.
        message: The message; sent before with the same ``client_id``, it is only told again.
        now: When it came in.
        otherwise: What is stored with a message while people have the conversation.

    Raises:
        NotFoundError: There is no such conversation.
        ConflictError: The conversation kept changing.
    """
    for _ in range(_ATTEMPTS):
        with reading() as session:
            seen = require_conversation(session, conversation_id)
            asked = _asked(session, seen, message)
            last_seq, alone = seen.last_seq, seen.state not in OPEN
        settle = think(asked) if alone else otherwise
        with transaction() as session:
            row = locked(session, conversation_id)
            repeated = repeated_exchange(session, row, message)
            if repeated:
                return repeated
            if row.last_seq != last_seq or (row.state not in OPEN) != alone:
                continue
            return store(session, row, message, settle, now)
    raise ConflictError(
        "The conversation kept changing while the message came in. Send it again with the same client_id."
    )


def store(
    session: Session, row: ConversationRow, message: NewMessage, settle: Settle | None, now: dt.datetime
) -> Exchange:
    """Store a new message of a locked conversation with what follows from it.

    Look for a ``repeated_exchange`` first.
    """
    move(session, row, "write", now)
    stored = append_new(session, row, message, now)
    if settle:
        settle(session, row, stored, now)
    told = read_messages(session, row.id, after=stored.seq - 1)
    return Exchange(told, cast(State, row.state), repeated=False)


def _asked(session: Session, row: ConversationRow, message: NewMessage) -> Asked:
    history = customer_texts(session, row.id)
    switches = list_off(session)
    return Asked(row.id, row.channel, row.segment, row.locale, message.text, history, switches)


def repeated_exchange(session: Session, row: ConversationRow, message: NewMessage) -> Exchange | None:
    """Return a message that is stored already, with what the assistant replied to it."""
    before = sent_before(session, row.id, message.author, message.client_id) if message.client_id else None
    if before is None:
        return None
    later = read_messages(session, row.id, after=before.seq)
    replied = [one for one in later[:1] if one.author in ("assistant", "system")]
    return Exchange((before, *replied), cast(State, row.state), repeated=True)
