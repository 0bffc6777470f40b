"""Starts conversations, numbers their messages and moves them from state to state.

Functions take a session and never commit. Whoever changes a conversation locks its row
first (``locked``), so that numbers have no gaps and a state changes once.
"""

from __future__ import annotations

import datetime as dt
import hmac
import uuid
from collections.abc import Sequence
from typing import cast

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from assistant.desk.signals import signal
from assistant.desk.states import next_state
from assistant.desk.tables import AttachmentRow, ConversationRow, MessageRow
from assistant.desk.types import Author, Event, Message, MessageKind, NewMessage, State
from knowledge_base.credentials import hash_token, new_token
from knowledge_base.errors import ConflictError, NotFoundError

HISTORY = 10
"""Earlier messages of the customer that a reply may depend on."""

# Built once: every message needs them, and building takes longer than SQLite's answer.
_CONVERSATION = select(ConversationRow).where(ConversationRow.id == bindparam("conversation"))
_LOCKED = _CONVERSATION.with_for_update().execution_options(populate_existing=True)
_SENT = select(MessageRow).where(
    MessageRow.conversation_id == bindparam("conversation"),
    MessageRow.author == bindparam("author"),
    MessageRow.client_id == bindparam("client_id"),
)
_LATER = (
    select(MessageRow)
    .where(MessageRow.conversation_id == bindparam("conversation"), MessageRow.seq > bindparam("after"))
    .order_by(MessageRow.seq)
    .limit(bindparam("most"))
)
_CUSTOMER_TEXTS = (
    select(MessageRow.text)
    .where(
        MessageRow.conversation_id == bindparam("conversation"),
        MessageRow.author == "customer",
        MessageRow.kind == "text",
    )
    .order_by(MessageRow.seq.desc())
    .limit(bindparam("most"))
)


def start(
    session: Session,
    channel: str,
    now: dt.datetime,
    locale: str = "zh-CN",
    segment: str = "",
    customer_id: str | None = None,
) -> tuple[ConversationRow, str]:
    """Start a conversation; return it with the one token that opens it, which is not stored."""
    token = new_token()
    row = ConversationRow(
        id=uuid.uuid4().hex,
        token_hash=hash_token(token),
        channel=channel,
        locale=locale,
        segment=segment,
        customer_id=customer_id,
        state="assistant",
        last_seq=0,
        created_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    return row, token


def require_access(session: Session, conversation_id: str, token: str) -> ConversationRow:
    """Return the conversation that a token opens.

    Raises:
        NotFoundError: There is none, or it is another's: the two look alike.
    """
    row = session.get(ConversationRow, conversation_id)
    known = row.token_hash if row else hash_token("")
    if not hmac.compare_digest(known, hash_token(token)) or row is None:
        raise _unknown(conversation_id)
    return row


def opened_by(session: Session, token: str) -> ConversationRow:
    """Return the conversation that a token opens, where only the token is told.

    Raises:
        NotFoundError: It opens none.
    """
    found = select(ConversationRow).where(ConversationRow.token_hash == hash_token(token))
    row = session.scalars(found).one_or_none()
    if row is None:
        raise _unknown("")
    return row


def require_conversation(session: Session, conversation_id: str) -> ConversationRow:
    """Return a conversation without locking it.

    Raises:
        NotFoundError: There is none.
    """
    row = session.scalars(_CONVERSATION, {"conversation": conversation_id}).one_or_none()
    if row is None:
        raise _unknown(conversation_id)
    return row


def locked(session: Session, conversation_id: str) -> ConversationRow:
    """Return the conversation; nobody else changes it until the transaction ends.

    Raises:
        NotFoundError: There is none.
    """
    row = session.scalars(_LOCKED, {"conversation": conversation_id}).one_or_none()
    if row is None:
        raise _unknown(conversation_id)
    return row


def move(session: Session, row: ConversationRow, event: Event, now: dt.datetime) -> State:
    """Move a locked conversation on; return its state.

    Raises:
        ConflictError: The event cannot happen in its state.
    """
    state = next_state(cast(State, row.state), event)
    if state == "closed" and row.state != "closed":
        row.closed_at = now
    row.state = state
    row.changed_at = now
    signal(session, f"conversation:{row.id}")
    return state


def append(session: Session, row: ConversationRow, message: NewMessage, now: dt.datetime) -> Message:
    """Give a message the next number of a locked conversation and store it.

    Look for the same ``client_id`` first (``sent_before``).

    Raises:
        ConflictError: Its author has sent another message by that ``client_id``.
    """
    if message.client_id and sent_before(session, row.id, message.author, message.client_id):
        raise ConflictError(
            f"A message with client_id {message.client_id!r} is stored already. "
            "Give every new message an id of its own."
        )
    return append_new(session, row, message, now)


def append_new(session: Session, row: ConversationRow, message: NewMessage, now: dt.datetime) -> Message:
    """Do the same where the caller has looked for the ``client_id`` within this transaction."""
    row.last_seq += 1
    row.changed_at = now
    stored = MessageRow(
        id=uuid.uuid4().hex,
        conversation_id=row.id,
        seq=row.last_seq,
        author=message.author,
        kind=message.kind,
        text=message.text,
        at=now,
        agent=message.agent,
        actor=message.actor,
        reply=message.reply,
        attachment_id=message.attachment_id,
        client_id=message.client_id,
        decision_id=message.decision_id,
    )
    session.add(stored)
    signal(session, f"conversation:{row.id}")
    return _message(session, stored)


def sent_before(session: Session, conversation_id: str, author: Author, client_id: str) -> Message | None:
    """Return the message that its author sent by ``client_id``, if it is stored already."""
    sought = {"conversation": conversation_id, "author": author, "client_id": client_id}
    stored = session.scalars(_SENT, sought).one_or_none()
    return _message(session, stored) if stored else None


def read_messages(
    session: Session, conversation_id: str, after: int = 0, limit: int = 200
) -> tuple[Message, ...]:
    """Return the messages numbered above ``after``, oldest first, at most ``limit``."""
    sought = {"conversation": conversation_id, "after": after, "most": limit}
    return tuple(_message(session, stored) for stored in session.scalars(_LATER, sought))


def customer_texts(session: Session, conversation_id: str, limit: int = HISTORY) -> tuple[str, ...]:
    """Return the customer's last texts, oldest first."""
    sought = {"conversation": conversation_id, "most": limit}
    newest_first: Sequence[str] = session.scalars(_CUSTOMER_TEXTS, sought).all()
    return tuple(reversed(newest_first))


def _message(session: Session, row: MessageRow) -> Message:
    file = session.get(AttachmentRow, row.attachment_id) if row.attachment_id else None
    attachment = (
        {"id": file.id, "name": file.name, "media_type": file.media_type, "bytes": file.bytes}
        if file
        else None
    )
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        author=cast(Author, row.author),
        kind=cast(MessageKind, row.kind),
        text=row.text,
        at=row.at,
        agent=row.agent,
        reply=row.reply,
        attachment=attachment,
        client_id=row.client_id,
    )


def _unknown(conversation_id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no conversation {conversation_id[:40]!r} for this token. "
        "Start a new one with POST /v1/conversations."
    )
