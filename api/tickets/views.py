"""Tickets as the desk's page gets them; docs/service.md describes every field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.conversing.views import message_view
from assistant.desk.breaches import first_reply
from assistant.desk.deadlines import Deadline, deadlines_of
from assistant.desk.priorities import points_now
from assistant.desk.tables import ComplaintRow, ConversationRow, CustomerRow, MessageRow, TicketRow
from assistant.desk.types import Message, TicketReason
from knowledge_base.personal_data import mask_where_needed

_GLANCE = 80
"""Characters of the last message that stand in a list."""

View = dict[str, Any]
Found = tuple[TicketRow, ConversationRow, CustomerRow | None, MessageRow | None, dt.datetime | None]


def found_tickets() -> Select[Found]:
    """Return the query of tickets with all that their summaries need, one row each."""
    last = (MessageRow.conversation_id == ConversationRow.id) & (MessageRow.seq == ConversationRow.last_seq)
    return cast(
        "Select[Found]",
        select(TicketRow, ConversationRow, CustomerRow, MessageRow, first_reply())
        .join(ConversationRow, ConversationRow.id == TicketRow.conversation_id)
        .outerjoin(CustomerRow, CustomerRow.id == ConversationRow.customer_id)
        .outerjoin(MessageRow, last),
    )


def summaries(session: Session, desk: Desk, found: Sequence[Found], now: dt.datetime) -> list[View]:
    """Return tickets as they stand in lists."""
    names = display_names(session, [row[0].assignee for row in found if row[0].assignee])
    complaints = _complaints(session, [row[0].id for row in found])
    return [_summary(desk, row, names, complaints, now) for row in found]


def summary_of(session: Session, desk: Desk, ticket_id: str, now: dt.datetime) -> View:
    """Return one ticket as it stands in a list."""
    session.flush()
    found = session.execute(found_tickets().where(TicketRow.id == ticket_id)).one()
    return summaries(session, desk, [cast(Found, tuple(found))], now)[0]


def desk_message(message: Message) -> View:
    """Return a message as agents get it: personal data of the customer is masked until it is revealed."""
    view = message_view(message)
    shown = mask_where_needed(message.text) if message.author == "customer" else message.text
    return view | {"text": shown, "masked": shown != message.text}


def deadline_view(deadline: Deadline, near_share: float, now: dt.datetime) -> View:
    """Return a deadline with how it stands now."""
    return {
        "kind": deadline.kind,
        "due": deadline.due.isoformat(),
        "within_s": round(deadline.within.total_seconds()),
        "met_at": moment(deadline.met_at),
        "paused": deadline.paused,
        "near": deadline.is_near(now, near_share),
        "late": deadline.is_breached(now),
        "basis": deadline.basis,
    }


def intent_name(desk: Desk, intent: str | None) -> str | None:
    """Return an intent's Chinese name."""
    known = desk.taxonomy.intents.get(intent or "")
    return known.name if known else intent


def _summary(
    desk: Desk, row: Found, names: Mapping[str, str], complaints: Mapping[str, str], now: dt.datetime
) -> View:
    ticket, conversation, customer, last, replied = row
    return {
        "id": ticket.id,
        "number": ticket.number,
        "queue": ticket.queue,
        "queue_name": desk.queue_name(ticket.queue),
        "level": ticket.level,
        "state": ticket.state,
        "priority": ticket.priority,
        "points": points_now(ticket, desk.rules.priorities, now),
        "urgency": ticket.urgency,
        "reason": ticket.reason,
        "reason_text": desk.notices.reason(cast(TicketReason, ticket.reason)),
        "intent": ticket.intent,
        "intent_name": intent_name(desk, ticket.intent),
        "confidence": round(ticket.confidence, 4),
        "concern": ticket.concern,
        "concern_name": intent_name(desk, ticket.concern),
        "summary": ticket.summary,
        "marks": ticket.marks,
        "assignee": ticket.assignee,
        "assignee_name": names.get(ticket.assignee or ""),
        "created_at": ticket.created_at.isoformat(),
        "waiting_since": ticket.waiting_since.isoformat(),
        "taken_at": moment(ticket.taken_at),
        "resolved_at": moment(ticket.resolved_at),
        "label": ticket.label,
        "right_entry_id": ticket.right_entry_id,
        "deadlines": _deadlines(desk, ticket, replied, now),
        "complaint": complaints.get(ticket.id),
        "customer": {"id": customer.id, "name": customer.name} if customer else None,
        "conversation": _conversation(conversation, last),
    }


def _deadlines(desk: Desk, ticket: TicketRow, replied: dt.datetime | None, now: dt.datetime) -> list[View]:
    rules = desk.rules.deadlines
    return [deadline_view(one, rules.near_share, now) for one in deadlines_of(ticket, rules, replied)]


def _conversation(row: ConversationRow, last: MessageRow | None) -> View:
    return {
        "id": row.id,
        "state": row.state,
        "channel": row.channel,
        "segment": row.segment,
        "locale": row.locale,
        "last_seq": row.last_seq,
        "changed_at": row.changed_at.isoformat(),
        "last_message": _glance(last) if last else None,
    }


def _glance(last: MessageRow) -> View:
    begins = last.text[: _GLANCE * 3]
    written = last.author in ("customer", "agent")  # a number in our own words is no customer's
    text = " ".join((mask_where_needed(begins) if written else begins).split())
    return {
        "seq": last.seq,
        "author": last.author,
        "kind": last.kind,
        "text": text if len(text) <= _GLANCE else text[: _GLANCE - 1] + "…",
        "at": last.at.isoformat(),
    }


def _complaints(session: Session, ticket_ids: Sequence[str]) -> dict[str, str]:
    found = select(ComplaintRow.ticket_id, ComplaintRow.number).where(ComplaintRow.ticket_id.in_(ticket_ids))
    return {row.ticket_id: row.number for row in session.execute(found)}


def moment(at: dt.datetime | None) -> str | None:
    """Return a moment as pages get it, if there is one."""
    return at.isoformat() if at else None
