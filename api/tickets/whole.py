"""One ticket with all that its agent needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.tickets.complaint_views import complaint_view
from api.tickets.views import View, desk_message, moment, summary_of
from assistant.desk.conversations import read_messages
from assistant.desk.tables import ComplaintRow, ConversationRow, CustomerRow, TicketEventRow, TicketRow

_MESSAGES = 500


def whole_ticket(session: Session, desk: Desk, ticket: TicketRow, now: dt.datetime, after: int = 0) -> View:
    """Return a ticket with its conversation, events, complaint and customer.

    Args:
        session: A session that may only read.
        desk: Rules and texts.
        ticket: The ticket; that it may be seen was checked.
        now: The moment that deadlines are told at.
        after: Only the messages behind this number.
    """
    view = summary_of(session, desk, ticket.id, now)
    conversation = session.get_one(ConversationRow, ticket.conversation_id)
    return view | {
        "entities": ticket.entities,
        "answered": _entries(desk, ticket.answered),
        "candidates": ticket.candidates,
        "callback": ticket.callback,
        "customer": _customer(session, conversation),
        "conversation": view["conversation"] | _messages(session, conversation, after),
        "events": _events(session, ticket),
        "complaint": _complaint(session, desk, ticket, now),
    }


def _messages(session: Session, row: ConversationRow, after: int) -> View:
    found = read_messages(session, row.id, after, _MESSAGES)
    return {
        "created_at": row.created_at.isoformat(),
        "closed_at": moment(row.closed_at),
        "rating": row.rating,
        "rated_solved": row.rated_solved,
        "rating_comment": row.rating_comment,
        "messages": [desk_message(one) for one in found],
    }


def _entries(desk: Desk, entry_ids: Iterable[str]) -> list[View]:
    entries = desk.serving.services.snapshot.entries
    known = ((one, entries.get(one)) for one in entry_ids)
    return [{"entry_id": one, "question": entry.question if entry else None} for one, entry in known]


def _customer(session: Session, conversation: ConversationRow) -> View | None:
    row = session.get(CustomerRow, conversation.customer_id) if conversation.customer_id else None
    if row is None:
        return None
    return {"id": row.id, "name": row.name, "site": row.site, "since": row.created_at.isoformat()}


def _events(session: Session, ticket: TicketRow) -> list[View]:
    found = select(TicketEventRow).where(TicketEventRow.ticket_id == ticket.id).order_by(TicketEventRow.id)
    rows = session.scalars(found).all()
    names = display_names(session, [row.actor for row in rows])
    return [
        {
            "at": row.at.isoformat(),
            "actor": row.actor,
            "actor_name": names[row.actor],
            "kind": row.kind,
            "detail": row.detail,
        }
        for row in rows
    ]


def _complaint(session: Session, desk: Desk, ticket: TicketRow, now: dt.datetime) -> View | None:
    found = select(ComplaintRow).where(ComplaintRow.conversation_id == ticket.conversation_id)
    row = session.scalars(found.order_by(ComplaintRow.received_at.desc()).limit(1)).one_or_none()
    return complaint_view(session, desk, row, now) if row else None
