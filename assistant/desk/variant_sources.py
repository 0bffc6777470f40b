"""Questions of customers that turned out to belong to an entry: variants for an editor to take up.

An agent who resolves a ticket names the entry that was right; a customer who is asked back
picks one, at once or after an answer was turned down. All texts are masked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from assistant.desk.labels import ANSWERABLE
from assistant.desk.tables import ConversationRow, MessageRow, TicketRow
from assistant.dialogue import shipped_turns
from knowledge_base.personal_data import mask_where_needed
from knowledge_base.search.text import normalize

LONGEST = 120
"""Characters of a message above which it tells a story and is no variant."""

_CHUNK = 500

VariantSource = Literal["label", "picked", "rejected"]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, masked, and the entry that turned out to answer it.

    Attributes:
        source: What told it: an agent's label, a choice that was picked, or one that was
            picked after another answer was turned down.
    """

    entry_id: str
    text: str
    at: dt.datetime
    channel: str
    source: VariantSource


def asked_questions(session: Session, since: dt.datetime) -> Iterator[AskedQuestion]:
    """Yield all questions since a moment whose entry is known."""
    yield from _labelled(session, since)
    yield from _picked(session, since)


def _labelled(session: Session, since: dt.datetime) -> Iterator[AskedQuestion]:
    found = (
        select(TicketRow, ConversationRow.channel, MessageRow.text)
        .join(ConversationRow, ConversationRow.id == TicketRow.conversation_id)
        .join(MessageRow, MessageRow.conversation_id == TicketRow.conversation_id)
        .where(
            TicketRow.resolved_at >= since,
            TicketRow.reason.in_(ANSWERABLE),
            TicketRow.right_entry_id.is_not(None),
            MessageRow.author == "customer",
            MessageRow.kind == "text",
            MessageRow.at <= TicketRow.created_at,
        )
        .order_by(TicketRow.resolved_at, TicketRow.id, MessageRow.seq)
    )
    for _, rows in groupby(session.execute(found), key=lambda row: row[0].id):
        told = list(rows)
        ticket, channel, _ = told[0]
        if ticket.right_entry_id and ticket.resolved_at:
            yield from _question(
                [text for _, _, text in told], ticket.right_entry_id, ticket.resolved_at, channel, "label"
            )


def _picked(session: Session, since: dt.datetime) -> Iterator[AskedQuestion]:
    asked_back = (
        select(MessageRow.conversation_id)
        .join(DecisionRow, DecisionRow.id == MessageRow.decision_id)
        .where(DecisionRow.action == "clarify", DecisionRow.decided_at >= since)
        .distinct()
    )
    ids = session.scalars(asked_back.order_by(MessageRow.conversation_id)).all()
    for start in range(0, len(ids), _CHUNK):
        some = MessageRow.conversation_id.in_(ids[start : start + _CHUNK])
        found = (
            select(MessageRow, ConversationRow.channel)
            .join(ConversationRow, ConversationRow.id == MessageRow.conversation_id)
            .where(some, MessageRow.author.in_(("customer", "assistant")), MessageRow.kind == "text")
            .order_by(MessageRow.conversation_id, MessageRow.seq)
        )
        for _, rows in groupby(session.execute(found), key=lambda row: row[0].conversation_id):
            told = list(rows)
            yield from _picks([message for message, _ in told], told[0][1], since)


def _picks(messages: Sequence[MessageRow], channel: str, since: dt.datetime) -> Iterator[AskedQuestion]:
    """Yield what was picked in one conversation: the customer's message is one of the choices before it."""
    said: list[str] = []
    offered: dict[str, str] = {}
    for message in messages:
        reply = message.reply or {}
        if message.author == "assistant":
            choices = reply.get("choices", ()) if reply.get("action") == "clarify" else ()
            offered = {one["text"]: one["entry_id"] for one in choices if one.get("entry_id")}
            continue
        entry_id = offered.get(message.text.strip())
        if entry_id and message.at >= since:
            turned_down = bool(said) and shipped_turns().is_rejection(normalize(said[-1]))
            yield from _question(said, entry_id, message.at, channel, "rejected" if turned_down else "picked")
        said.append(message.text)


def _question(
    said: Sequence[str], entry_id: str, at: dt.datetime, channel: str, source: VariantSource
) -> Iterator[AskedQuestion]:
    """Yield the last message that asked something; "不是这个" asks nothing."""
    turns = shipped_turns()
    for text in reversed(said):
        normalized = normalize(text)
        if normalized and not turns.is_rejection(normalized):
            if len(text) <= LONGEST:
                yield AskedQuestion(entry_id, mask_where_needed(text).strip(), at, channel, source)
            return
