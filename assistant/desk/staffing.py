"""Who gets which ticket: pushed to the agent idle longest, or pulled by one who is free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import cast

from sqlalchemy.orm import Session

from assistant.desk.deadlines import renewed_terms
from assistant.desk.hours import OpeningHours
from assistant.desk.presence import idle_since, loads, present_agents, vanished_tickets
from assistant.desk.priorities import priority_of
from assistant.desk.row_locks import grab_presence, grab_ticket
from assistant.desk.rules import DeskRules
from assistant.desk.tables import PresenceRow, TicketRow
from assistant.desk.tickets import SYSTEM, put_back, take
from assistant.desk.types import TicketReason
from assistant.desk.waiting import Waiting, waiting_tickets
from assistant.types import Urgency
from knowledge_base.errors import ConflictError

VANISHED = "vanished"


class NotAvailableError(ConflictError):
    """The agent takes nothing new now."""

    code = "not_available"


class HandsFullError(ConflictError):
    """The agent holds as many tickets as the account allows."""

    code = "hands_full"


def next_agent(
    session: Session, ticket: TicketRow | Waiting, rules: DeskRules, now: dt.datetime
) -> PresenceRow | None:
    """Return, locked, the agent who should get a ticket: of the lowest level that does, idle longest.

    None where nobody has a hand free.
    """
    agents = present_agents(session, ticket.queue, ticket.level, rules.staffing, now)
    idle = idle_since(session, agents)
    for agent in sorted(agents, key=lambda agent: (agent.level, idle[agent.actor], agent.actor)):
        locked = grab_presence(session, agent.actor)
        if locked and _has_room(session, locked):
            return locked
    return None


def next_ticket(
    session: Session, actor: str, queues: Collection[str], level: int, rules: DeskRules, now: dt.datetime
) -> TicketRow | None:
    """Give an agent who asks for it the next ticket of queues, up to a level; None where nothing waits.

    Raises:
        NotAvailableError: The agent takes nothing new now, or has never been at the desk.
        HandsFullError: The agent holds as many as the account allows.
    """
    # Waited for, unlike where tickets are pushed: a second window must not get one too many.
    agent = session.get(PresenceRow, actor, with_for_update=True, populate_existing=True)
    if agent is None or not agent.available:
        raise NotAvailableError(f"{actor!r} takes no tickets now. Be available first.")
    if not _has_room(session, agent):
        raise HandsFullError(f"{actor!r} holds {agent.capacity} tickets already. Finish or hold one first.")
    for waiting in waiting_tickets(session, queues, rules.priorities, now):
        ticket = grab_ticket(session, waiting.id) if waiting.level <= level else None
        if ticket and ticket.state == "waiting":
            return take(session, ticket.id, actor, now)
    return None


def assign_waiting(
    session: Session, rules: DeskRules, queues: list[str], now: dt.datetime
) -> list[TicketRow]:
    """Give what waits in queues to agents with a hand free, the next first; return what was given."""
    given: list[TicketRow] = []
    without: set[tuple[str, int]] = set()
    for waiting in waiting_tickets(session, queues, rules.priorities, now):
        kind = (waiting.queue, waiting.level)
        agent = next_agent(session, waiting, rules, now) if kind not in without else None
        if agent is None:
            without.add(kind)
            continue
        ticket = grab_ticket(session, waiting.id)
        if ticket and ticket.state == "waiting":
            given.append(take(session, ticket.id, agent.actor, now))
            session.flush()
    return given


def return_vanished(session: Session, hours: OpeningHours, now: dt.datetime) -> list[TicketRow]:
    """Put the tickets of vanished agents back, before all others but emergencies; return them."""
    tickets = vanished_tickets(session, hours.rules.staffing, now)
    return [_put_to_front(session, ticket, hours, now) for ticket in tickets]


def _put_to_front(session: Session, ticket: TicketRow, hours: OpeningHours, now: dt.datetime) -> TicketRow:
    urgency, reason = cast(Urgency, ticket.urgency), cast(TicketReason, ticket.reason)
    points = priority_of(urgency, reason, ticket.queue, hours.rules.priorities, returned=True)
    terms = replace(renewed_terms(ticket, ticket.queue, hours, now), priority=points)
    told = f"{ticket.assignee} vanished"
    return put_back(session, ticket.id, SYSTEM, now, kind=VANISHED, reason=told, terms=terms)


def _has_room(session: Session, agent: PresenceRow) -> bool:
    return agent.available and loads(session, [agent.actor])[agent.actor] < agent.capacity
