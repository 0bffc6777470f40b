"""Keeps every decision, with the text masked, for measurement and replay."""

from __future__ import annotations

import datetime as dt
from typing import cast

import structlog
from sqlalchemy import Index, String, Table, Text, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from assistant.types import DecisionContext, Reply
from assistant.understanding.entities import named_products
from knowledge_base.database import Base, Database
from knowledge_base.personal_data import mask_personal_data
from knowledge_base.types import Query

_log = structlog.get_logger(__name__)


class DecisionRow(Base):
    """One decision. ``text`` is masked; nothing here identifies a person.

    ``product`` is the product line that the text names first, or the page is about;
    ``conversation_id`` is empty for a question that was asked without a conversation.
    """

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_conversation_id", "conversation_id", "decided_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    decided_at: Mapped[dt.datetime] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(40))
    script: Mapped[str] = mapped_column(String(4))
    text: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(String(20), index=True)
    reason: Mapped[str] = mapped_column(String(30))
    intent: Mapped[str] = mapped_column(String(60), index=True)
    concern: Mapped[str | None] = mapped_column(String(60))
    confidence: Mapped[float]
    queue: Mapped[str | None] = mapped_column(String(30))
    entry_id: Mapped[str | None] = mapped_column(String(120), index=True)
    entry_revision: Mapped[int | None]
    also_entry_id: Mapped[str | None] = mapped_column(String(120))
    kb_version: Mapped[str] = mapped_column(String(12))
    bundle_version: Mapped[str] = mapped_column(String(12))
    thresholds_version: Mapped[str] = mapped_column(String(40))
    elapsed_ms: Mapped[float]
    conversation_id: Mapped[str | None] = mapped_column(String(32))
    product: Mapped[str | None] = mapped_column(String(40))


# Of the table and built once: the mapped way takes ten times as long.
_INSERT = insert(cast(Table, DecisionRow.__table__))


class DecisionLog:
    """Writes decisions to the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, reply: Reply, query: Query, context: DecisionContext) -> None:
        """Store one decision; whatever fails is reported, not passed on to the customer."""
        try:
            with self._database.transaction() as session:
                log_decision(session, reply, query, context)
        except Exception as error:  # a finished reply must not be lost for want of a log line
            _log.error("decision_not_logged", error=type(error).__name__)


def log_decision(
    session: Session,
    reply: Reply,
    query: Query,
    context: DecisionContext,
    conversation_id: str | None = None,
) -> None:
    """Store one decision in a transaction of the caller's."""
    columns = _columns(reply, query, context) | {"conversation_id": conversation_id}
    session.connection().execute(_INSERT, columns)


def _columns(reply: Reply, query: Query, context: DecisionContext) -> dict[str, object]:
    decision = reply.decision
    return {
        "id": reply.decision_id,
        "decided_at": dt.datetime.now(dt.UTC),
        "channel": context.channel,
        "script": query.script,
        "text": mask_personal_data(query.raw),
        "action": decision.action,
        "reason": decision.reason,
        "intent": decision.intent,
        "concern": decision.concern,
        "confidence": decision.confidence,
        "queue": decision.queue,
        "entry_id": decision.entry_id,
        "entry_revision": reply.revision,
        "also_entry_id": decision.also,
        "kb_version": decision.kb_version,
        "bundle_version": decision.bundle_version,
        "thresholds_version": decision.thresholds_version,
        "elapsed_ms": reply.elapsed_ms,
        "product": next(iter(named_products(query.raw)), context.product) or None,
    }
