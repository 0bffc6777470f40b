"""Tables of conversations, tickets and complaints.

What customers write stands in ``messages`` and ``attachments`` only; everything else
holds masked texts. Who did something is an opaque actor (``user:ID``, ``key:ID``,
``customer``, ``system``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge_base.database import Base

_OPEN = text("state != 'resolved'")


class CustomerRow(Base):
    """A customer whom a site vouches for; anonymous ones have no row."""

    __tablename__ = "customers"
    __table_args__ = (UniqueConstraint("site", "subject"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    site: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    name: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[dt.datetime]


class ConversationRow(Base):
    """One conversation on one channel."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[str] = mapped_column(String(40))
    locale: Mapped[str] = mapped_column(String(20))
    segment: Mapped[str] = mapped_column(String(40))
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customers.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    last_seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
    changed_at: Mapped[dt.datetime] = mapped_column(index=True)
    closed_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    rating: Mapped[int | None]
    rated_solved: Mapped[bool | None]
    rating_comment: Mapped[str | None] = mapped_column(Text)
    rated_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    recommend: Mapped[int | None]
    recommend_at: Mapped[dt.datetime | None] = mapped_column(index=True)


class MessageRow(Base):
    """One message; ``seq`` counts within the conversation without gaps."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "author", "client_id", name="uq_messages_client_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    agent: Mapped[str | None] = mapped_column(String(120))
    actor: Mapped[str | None] = mapped_column(String(120))
    reply: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    attachment_id: Mapped[str | None] = mapped_column(ForeignKey("attachments.id"))
    client_id: Mapped[str | None] = mapped_column(String(64))
    decision_id: Mapped[str | None] = mapped_column(String(32))


class AttachmentRow(Base):
    """A file that a customer or an agent sent; its bytes lie in the home folder."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(60))
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime]


class TicketRow(Base):
    """What a person has to do for a customer; at most one open ticket a conversation."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("uq_tickets_open", "conversation_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_tickets_queue_state", "queue", "state", "priority", "waiting_since"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    queue: Mapped[str] = mapped_column(String(30))
    level: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    priority: Mapped[int]
    urgency: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(30))
    intent: Mapped[str | None] = mapped_column(String(60))
    confidence: Mapped[float]
    concern: Mapped[str | None] = mapped_column(String(60))
    summary: Mapped[str] = mapped_column(Text)
    entities: Mapped[list[Any]] = mapped_column(JSON)
    answered: Mapped[list[Any]] = mapped_column(JSON)
    candidates: Mapped[list[Any]] = mapped_column(JSON)
    marks: Mapped[list[Any]] = mapped_column(JSON)
    callback: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    assignee: Mapped[str | None] = mapped_column(String(120), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(index=True)
    waiting_since: Mapped[dt.datetime]
    reply_by: Mapped[dt.datetime | None] = mapped_column(index=True)
    resolve_by: Mapped[dt.datetime | None] = mapped_column(index=True)
    taken_at: Mapped[dt.datetime | None]
    resolved_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    label: Mapped[str | None] = mapped_column(String(40))
    right_entry_id: Mapped[str | None] = mapped_column(String(120))


class TicketEventRow(Base):
    """What happened to a ticket, in order."""

    __tablename__ = "ticket_events"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(30))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


class SuggestionRow(Base):
    """A reply that was suggested to an agent, and what became of it."""

    __tablename__ = "suggestions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), index=True)
    message_seq: Mapped[int]
    rank: Mapped[int]
    entry_id: Mapped[str] = mapped_column(String(120))
    revision: Mapped[int]
    confidence: Mapped[float]
    made_at: Mapped[dt.datetime]
    outcome: Mapped[str | None] = mapped_column(String(20))
    used_at: Mapped[dt.datetime | None]


class PresenceRow(Base):
    """Whether an agent is at the desk, and how many conversations they take."""

    __tablename__ = "presence"

    actor: Mapped[str] = mapped_column(String(120), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    queues: Mapped[list[Any]] = mapped_column(JSON)
    level: Mapped[int]
    available: Mapped[bool]
    capacity: Mapped[int]
    last_seen: Mapped[dt.datetime]
    idle_since: Mapped[dt.datetime]


class OffSwitchRow(Base):
    """Automatic answers that a supervisor switched off: ``all``, ``channel:NAME`` or ``entry:ID``."""

    __tablename__ = "off_switches"

    scope: Mapped[str] = mapped_column(String(140), primary_key=True)
    notice: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[dt.datetime]


class ComplaintRow(Base):
    """A complaint with its number and clock; it outlives the conversation that brought it."""

    __tablename__ = "complaints"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), index=True)
    category: Mapped[str] = mapped_column(String(60))
    cause: Mapped[str | None] = mapped_column(String(60))
    what: Mapped[str] = mapped_column(Text)
    happened: Mapped[str] = mapped_column(String(120))
    wanted: Mapped[str] = mapped_column(Text)
    complex: Mapped[bool]
    step: Mapped[str] = mapped_column(String(30), index=True)
    received_at: Mapped[dt.datetime] = mapped_column(index=True)
    accept_by: Mapped[dt.datetime]
    decide_by: Mapped[dt.datetime]
    extended_by: Mapped[str | None] = mapped_column(String(120))
    review_by: Mapped[dt.datetime | None]
    paused_since: Mapped[dt.datetime | None]
    pause_reason: Mapped[str | None] = mapped_column(String(30))
    satisfied: Mapped[bool | None]
    reopened: Mapped[int]


class ComplaintStepRow(Base):
    """One step of a complaint, with time and person."""

    __tablename__ = "complaint_steps"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    number: Mapped[str] = mapped_column(ForeignKey("complaints.number"), index=True)
    step: Mapped[str] = mapped_column(String(30))
    at: Mapped[dt.datetime]
    actor: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(Text)


class FollowUpRow(Base):
    """Asks a customer some days later whether all is well."""

    __tablename__ = "follow_ups"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.id"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"))
    kind: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[dt.datetime] = mapped_column(index=True)
    done_at: Mapped[dt.datetime | None]
    actor: Mapped[str | None] = mapped_column(String(120))
    outcome: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(Text)
