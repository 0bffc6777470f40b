"""What customers see of a conversation, as plain data; docs/service.md describes it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.conversing.recommending import is_asked
from assistant.desk.complaint_intake import complaint_of
from assistant.desk.off_switch import is_off
from assistant.desk.tables import ConversationRow, MessageRow, TicketRow
from assistant.desk.tickets import open_ticket_of
from assistant.desk.types import Message
from assistant.desk.waiting import places


def message_view(message: Message) -> dict[str, Any]:
    """Return a message as pages get it."""
    return {
        "seq": message.seq,
        "id": message.id,
        "author": message.author,
        "agent": message.agent,
        "kind": message.kind,
        "text": message.text,
        "reply": message.reply,
        "attachment": message.attachment,
        "at": message.at.isoformat(),
        "client_id": message.client_id,
    }


def conversation_view(session: Session, desk: Desk, row: ConversationRow, now: dt.datetime) -> dict[str, Any]:
    """Return where a conversation stands."""
    ticket = open_ticket_of(session, row.id)
    complaint = complaint_of(session, row.id)
    off = is_off(session, row.channel)
    return {
        "id": row.id,
        "state": row.state,
        "channel": row.channel,
        "segment": row.segment,
        "ticket": _ticket_view(session, desk, ticket, now) if ticket else None,
        "agent": _agent_of(session, row, ticket),
        "complaint": complaint.number if complaint else None,
        "last_seq": row.last_seq,
        "rated": row.rated_at is not None,
        "asks_recommendation": is_asked(row, desk.serving.services.settings.recommend_share),
        "notice": (off.notice or desk.notices.text("switched_off")) if off else None,
        "out_of_hours": _out_of_hours(desk, ticket, now),
    }


def _ticket_view(session: Session, desk: Desk, ticket: TicketRow, now: dt.datetime) -> dict[str, Any]:
    waiting = places(session, ticket.queue, desk.hours, now) if ticket.state == "waiting" else {}
    place = waiting.get(ticket.id)
    return {
        "number": ticket.number,
        "queue": ticket.queue,
        "queue_name": desk.queue_name(ticket.queue),
        "level": ticket.level,
        "position": place.position if place else None,
        "expected_wait_s": round(place.wait.total_seconds()) if place and place.wait is not None else None,
    }


def _agent_of(session: Session, row: ConversationRow, ticket: TicketRow | None) -> str | None:
    """Return the name under which the agent who holds the conversation last wrote or came."""
    if ticket is None or row.state != "with_person":
        return None
    found = (
        select(MessageRow.agent)
        .where(MessageRow.conversation_id == row.id, MessageRow.agent.is_not(None))
        .order_by(MessageRow.seq.desc())
        .limit(1)
    )
    return session.scalars(found).one_or_none()


def _out_of_hours(desk: Desk, ticket: TicketRow | None, now: dt.datetime) -> dict[str, str] | None:
    if ticket is None or ticket.state != "waiting" or desk.hours.is_open(ticket.queue, now):
        return None
    opens = desk.hours.opens_next(ticket.queue, now)
    return {"opens": opens.isoformat(), "text": desk.local_moment(opens)} if opens else None
