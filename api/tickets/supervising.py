"""What a supervisor sees: load, waits, what is late or soon will be."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.security.principal import Principal
from api.tickets.listing import queue_counts
from api.tickets.off_switch_views import off_view
from api.tickets.presence_views import all_presence
from api.tickets.views import View, moment
from assistant.desk.breaches import Timer, breaches, near_breaches
from assistant.desk.tables import FollowUpRow, TicketRow
from assistant.desk.waiting import places


def supervision(session: Session, desk: Desk, principal: Principal, now: dt.datetime) -> View:
    """Return load by agent, waits by queue, breaches and near ones, and what is off."""
    rules = desk.rules.deadlines
    return {
        "agents": all_presence(session, desk, now),
        "queues": [
            row | {"longest_expected_wait_s": _longest_wait(session, desk, row["queue"], now)}
            for row in queue_counts(session, desk, principal, now)
        ],
        "breaches": timer_views(session, desk, breaches(session, rules, now)),
        "near": timer_views(session, desk, near_breaches(session, rules, now)),
        "off": off_view(session),
    }


def timers(
    session: Session, desk: Desk, now: dt.datetime, since: dt.datetime | None, *, near: bool
) -> list[Timer]:
    """Return what is late, or with ``near`` what soon will be."""
    rules = desk.rules.deadlines
    return near_breaches(session, rules, now) if near else breaches(session, rules, now, since)


def timer_views(session: Session, desk: Desk, found: list[Timer]) -> list[View]:
    """Return timers as pages get them."""
    names = display_names(session, [one.assignee for one in found if one.assignee])
    return [
        asdict(one)
        | {
            "due": one.due.isoformat(),
            "met_at": moment(one.met_at),
            "queue_name": desk.queue_name(one.queue),
            "assignee_name": names.get(one.assignee or ""),
        }
        for one in found
    ]


def follow_up_view(session: Session, desk: Desk, row: FollowUpRow) -> View:
    """Return a follow-up with the ticket that it belongs to."""
    ticket = session.get_one(TicketRow, row.ticket_id)
    return {
        "id": row.id,
        "kind": row.kind,
        "due_at": row.due_at.isoformat(),
        "done_at": moment(row.done_at),
        "outcome": row.outcome,
        "note": row.note,
        "ticket_id": ticket.id,
        "number": ticket.number,
        "queue": ticket.queue,
        "queue_name": desk.queue_name(ticket.queue),
        "summary": ticket.summary,
        "conversation_id": row.conversation_id,
        "question": desk.notices.text(row.kind, "follow_ups"),
    }


def _longest_wait(session: Session, desk: Desk, queue: str, now: dt.datetime) -> int | None:
    waits = [
        place.wait for place in places(session, queue, desk.hours, now).values() if place.wait is not None
    ]
    return round(max(waits).total_seconds()) if waits else None
