"""What agents said was the right entry, as labelled rows that evaluation can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from assistant.desk.conversations import HISTORY
from assistant.desk.tables import ConversationRow, MessageRow, TicketRow
from assistant.desk.types import TicketReason
from assistant.types import Action
from knowledge_base.personal_data import mask_personal_data

NO_ENTRY = "no_entry"
"""The label of a ticket that no entry would have answered."""

SOURCE = "desk"

ANSWERABLE: frozenset[TicketReason] = frozenset({"uncertain", "failure", "switched_off", "unsolved"})
"""Reasons whose tickets come from a question; "转人工" or a complaint has no right entry."""


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A question with the label of the agent who answered it; fields as evaluation names them.

    Attributes:
        id: Number of the ticket.
        text: The question, masked; ``history`` are the texts before it, masked too.
        entry_ids: The entry that was right; empty where none is, so that answering is wrong.
        intents: The entry's intent; empty where nobody said which it is.
    """

    id: str
    text: str
    history: tuple[str, ...]
    action: Action
    queue: str | None
    entry_ids: tuple[str, ...]
    intents: tuple[str, ...]
    score_intent: bool
    channel: str
    segment: str
    conversation_id: str
    source: str = SOURCE


def labelled_rows(
    session: Session, intents: Mapping[str, str], since: dt.datetime, until: dt.datetime
) -> Iterator[LabelledRow]:
    """Yield the questions that agents labelled, of tickets resolved in a time, oldest first.

    Args:
        session: A session that may only read.
        intents: The intent of each published entry; what an agent named and is not published
            any more yields no row.
        since: The first moment.
        until: The first moment that is not meant any more.
    """
    found = (
        select(TicketRow, ConversationRow, MessageRow.text)
        .join(ConversationRow, ConversationRow.id == TicketRow.conversation_id)
        .join(MessageRow, MessageRow.conversation_id == TicketRow.conversation_id)
        .where(
            TicketRow.resolved_at >= since,
            TicketRow.resolved_at < until,
            TicketRow.reason.in_(ANSWERABLE),
            or_(TicketRow.right_entry_id.is_not(None), TicketRow.label == NO_ENTRY),
            MessageRow.author == "customer",
            MessageRow.kind == "text",
            MessageRow.at <= TicketRow.created_at,
        )
        .order_by(TicketRow.resolved_at, TicketRow.id, MessageRow.seq)
    )
    for _, rows in groupby(session.execute(found), key=lambda row: row[0].id):
        told = list(rows)
        ticket, conversation, _ = told[0]
        texts = [mask_personal_data(text) for _, _, text in told]
        if ticket.right_entry_id is None or ticket.right_entry_id in intents:
            yield _row(ticket, conversation, texts, intents)


def _row(
    ticket: TicketRow, conversation: ConversationRow, texts: list[str], intents: Mapping[str, str]
) -> LabelledRow:
    entry_id = ticket.right_entry_id
    return LabelledRow(
        id=ticket.number,
        text=texts[-1],
        history=tuple(texts[-1 - HISTORY : -1]),
        action="answer" if entry_id else "handoff",
        queue=None if entry_id else ticket.queue,
        entry_ids=(entry_id,) if entry_id else (),
        intents=(intents[entry_id],) if entry_id else (),
        score_intent=entry_id is not None,
        channel=conversation.channel,
        segment=conversation.segment,
        conversation_id=conversation.id,
    )
