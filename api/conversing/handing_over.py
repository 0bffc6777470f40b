"""Hands a conversation to people, with all that the agent needs, and tells the customer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.conversing.telling import tell
from assistant.desk.complaint_intake import missing, open_complaint
from assistant.desk.conversations import append, customer_texts
from assistant.desk.deadlines import terms_of
from assistant.desk.summary import summarise
from assistant.desk.tables import ConversationRow, MessageRow, TicketRow
from assistant.desk.tickets import open_ticket, open_ticket_of
from assistant.desk.types import Handover, NewMessage, TicketReason
from assistant.types import Reply, ScoredCandidate
from assistant.understanding.entities import find_entities

_TOP = 3
_TEXTS = 30
"""Customer's messages that summary and entities are taken from."""


def handover_of_reply(session: Session, row: ConversationRow, reply: Reply) -> Handover:
    """Return what a handed-over decision tells the agent."""
    decision = reply.decision
    reason = cast(TicketReason, decision.reason)  # those of a handoff are among a ticket's
    return Handover(
        queue=decision.queue or "general",
        reason=reason,
        urgency=decision.urgency,
        intent=decision.intent,
        confidence=decision.prediction.probability,
        concern=decision.concern,
        candidates=tuple(map(_candidate, decision.candidates[:_TOP])),
        marks=tuple(decision.marks),
        **_told(session, row),
    )


def plain_handover(
    session: Session, row: ConversationRow, reason: TicketReason, queue: str = "general"
) -> Handover:
    """Return a handover that no decision led to: the button, a file, the off switch."""
    return Handover(queue=queue, reason=reason, **_told(session, row))


def hand_over(
    session: Session, desk: Desk, row: ConversationRow, handover: Handover, now: dt.datetime
) -> TicketRow:
    """Open the ticket of a locked conversation and tell the customer what follows.

    A conversation that is with people already stays with them, and nothing is told twice.
    """
    present = open_ticket_of(session, row.id)
    ticket = open_ticket(session, row, handover, terms_of(handover, desk.hours, now), now)
    if present:
        return ticket
    if handover.concern in desk.taxonomy.complaints:
        _register_complaint(session, desk, row, ticket, str(handover.concern), now)
    if not desk.hours.is_open(ticket.queue, now):
        _tell_closed(session, desk, row, ticket.queue, now)
    return ticket


def _tell_closed(session: Session, desk: Desk, row: ConversationRow, queue: str, now: dt.datetime) -> None:
    opens = desk.hours.opens_next(queue, now)
    if opens:
        tell(
            session,
            desk,
            row,
            "out_of_hours",
            now,
            queue=desk.queue_name(queue),
            opens=desk.local_moment(opens),
        )


def _register_complaint(
    session: Session, desk: Desk, row: ConversationRow, ticket: TicketRow, category: str, now: dt.datetime
) -> None:
    complaint = open_complaint(session, ticket, category, desk.rules, now)
    asked = missing(complaint)
    texts = [desk.notices.text("received", "complaint", number=complaint.number)]
    texts += [desk.notices.text(f"ask_{asked[0]}", "complaint")] if asked else []
    append(session, row, NewMessage("system", "".join(texts), kind="notice"), now)


def _told(session: Session, row: ConversationRow) -> dict[str, Any]:
    texts, today = customer_texts(session, row.id, _TEXTS), dt.date.today()
    return {
        "summary": summarise(texts, today),
        "entities": tuple(_entities(texts, today)),
        "answered": answered_before(session, row.id),
    }


def _entities(texts: Sequence[str], today: dt.date) -> list[dict[str, Any]]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for text in texts:
        for entity in find_entities(text, today):
            known = {"kind": entity.kind, "masked": entity.masked, "valid": entity.valid}
            found.setdefault((entity.kind, str(entity.value)), known)
    return list(found.values())


def answered_before(session: Session, conversation_id: str) -> tuple[str, ...]:
    """Return the entries that the assistant answered with, each once, in their order."""
    found = (
        select(MessageRow.reply)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.author == "assistant")
        .order_by(MessageRow.seq)
    )
    replies = filter(None, cast(Iterable[dict[str, Any] | None], session.scalars(found)))
    answered = (reply["entry_id"] for reply in replies if reply["action"] == "answer")
    return tuple(dict.fromkeys(map(str, filter(None, answered))))


def _candidate(scored: ScoredCandidate) -> dict[str, Any]:
    return {
        "entry_id": scored.candidate.entry_id,
        "question": scored.question,
        "confidence": round(scored.confidence, 4),
    }
