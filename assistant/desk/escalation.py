"""Tickets that nobody takes or resolves in time: they overflow to the general queue or go a level up."""

from __future__ import annotations

import datetime as dt
from functools import cache

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from assistant.desk.deadlines import renewed_terms
from assistant.desk.hours import OpeningHours
from assistant.desk.presence import present_agents
from assistant.desk.row_locks import grab_ticket
from assistant.desk.tables import PresenceRow, TicketEventRow, TicketRow
from assistant.desk.tickets import SYSTEM, put_back
from assistant.desk.types import MAX_LEVEL

ESCALATED = "escalated"
OVERFLOWED = "overflowed"


def overflow(
    session: Session, hours: OpeningHours, now: dt.datetime, most: int | None = None
) -> list[TicketRow]:
    """Move what waited too long in an open queue to the general one, at most so many; return it."""
    rules = hours.rules.staffing
    stays = {rules.overflow_to, *rules.never_overflows}
    if not hours.is_open(rules.overflow_to, now):
        return []
    waiting = select(TicketRow).where(TicketRow.state == "waiting", TicketRow.queue.not_in(stays))
    moved = []
    for seen in session.scalars(waiting.order_by(TicketRow.waiting_since)).all():
        # Locked is only what seems to be late: customers of all others go on writing.
        ticket = grab_ticket(session, seen.id) if _overflows(hours, seen, now) else None
        if ticket and _overflows(hours, ticket, now):
            moved.append(_move_over(session, ticket, rules.overflow_to, now))
        if len(moved) == most:
            break
    return moved


def escalate_late(
    session: Session, hours: OpeningHours, now: dt.datetime, most: int | None = None
) -> list[TicketRow]:
    """Move what is late one level up, with the reason, at most so many; return it.

    Late is what waits too long on its level while somebody of the next is there, and what
    is not resolved in time where somebody of the next level is known. What is held waits
    for something and stays.
    """
    late = select(TicketRow).where(
        TicketRow.level < MAX_LEVEL,
        or_(TicketRow.state == "waiting", (TicketRow.state == "taken") & (TicketRow.resolve_by < now)),
    )
    moved, above = [], _Above(session, hours, now)
    for seen in session.scalars(late.order_by(TicketRow.created_at)).all():
        ticket = grab_ticket(session, seen.id) if _reason(session, seen, above, hours, now) else None
        reason = _reason(session, ticket, above, hours, now) if ticket else None
        if ticket and reason:
            moved.append(_move_up(session, ticket, hours, reason, now))
        if len(moved) == most:
            break
    return moved


class _Above:
    """Who is on the levels above, asked once a queue and level: hundreds of tickets may be late."""

    def __init__(self, session: Session, hours: OpeningHours, now: dt.datetime) -> None:
        self.is_known = cache(lambda queue, level: _is_known(session, queue, level))
        self.is_there = cache(
            lambda queue, level: bool(present_agents(session, queue, level, hours.rules.staffing, now))
        )


def _overflows(hours: OpeningHours, ticket: TicketRow, now: dt.datetime) -> bool:
    return ticket.state == "waiting" and _waited(hours, ticket, now) >= hours.rules.staffing.overflow_after


def _waited(hours: OpeningHours, ticket: TicketRow, now: dt.datetime) -> dt.timedelta:
    return hours.working_time(ticket.queue, ticket.waiting_since, now)


def _move_over(session: Session, ticket: TicketRow, queue: str, now: dt.datetime) -> TicketRow:
    since, before = ticket.waiting_since, ticket.queue
    reason = f"nobody in {before!r} took it"
    put_back(session, ticket.id, SYSTEM, now, queue=queue, kind=OVERFLOWED, reason=reason)
    ticket.waiting_since = since  # who has waited does not begin anew
    return ticket


def _reason(
    session: Session, ticket: TicketRow, above: _Above, hours: OpeningHours, now: dt.datetime
) -> str | None:
    """Return why a ticket goes up, None if it stays."""
    if ticket.level >= MAX_LEVEL or ticket.state not in ("waiting", "taken"):
        return None
    higher = (ticket.queue, ticket.level + 1)
    if _is_unresolved(session, ticket, hours, now) and above.is_known(*higher):
        return "not resolved in time"
    if ticket.state != "waiting" or _waited(hours, ticket, now) < hours.rules.staffing.escalate_waiting:
        return None
    return "waited too long" if above.is_there(*higher) else None


def _is_unresolved(session: Session, ticket: TicketRow, hours: OpeningHours, now: dt.datetime) -> bool:
    """Tell whether the deadline is over, and the time that each further level has for it."""
    if ticket.resolve_by is None or now <= ticket.resolve_by:
        return False
    ups = select(func.max(TicketEventRow.at)).where(
        TicketEventRow.ticket_id == ticket.id, TicketEventRow.kind == ESCALATED
    )
    last = session.scalar(ups)
    return last is None or now - last >= hours.rules.staffing.escalate_unresolved


def _is_known(session: Session, queue: str, level: int) -> bool:
    found = select(PresenceRow).where(PresenceRow.level >= level)
    return any(queue in agent.queues for agent in session.scalars(found))


def _move_up(
    session: Session, ticket: TicketRow, hours: OpeningHours, reason: str, now: dt.datetime
) -> TicketRow:
    terms = renewed_terms(ticket, ticket.queue, hours, now)
    level = ticket.level + 1
    return put_back(session, ticket.id, SYSTEM, now, level=level, kind=ESCALATED, reason=reason, terms=terms)
