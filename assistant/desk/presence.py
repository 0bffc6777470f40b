"""Who is at the desk, for which queues, and how much they have in hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from assistant.desk.row_locks import grab_presence, grab_ticket
from assistant.desk.rules import StaffingRules
from assistant.desk.signals import signal
from assistant.desk.tables import PresenceRow, TicketRow
from assistant.desk.types import MAX_LEVEL
from knowledge_base.database import add_unless_known
from knowledge_base.errors import InvalidInputError, NotFoundError

MOST_AT_ONCE = 50


def set_presence(
    session: Session,
    actor: str,
    now: dt.datetime,
    *,
    name: str,
    queues: Sequence[str],
    level: int,
    available: bool,
    capacity: int,
) -> PresenceRow:
    """Note that an agent is at the desk, or takes nothing new for now.

    Raises:
        InvalidInputError: Level or capacity are out of bounds.
    """
    if not 1 <= level <= MAX_LEVEL or not 0 <= capacity <= MOST_AT_ONCE:
        raise InvalidInputError(
            f"Level {level!r} has to be 1 to {MAX_LEVEL}, capacity {capacity!r} 0 to {MOST_AT_ONCE}."
        )
    row = arrive(session, actor, now, name=name, queues=queues, level=level, capacity=capacity)
    if not row.available:
        row.idle_since = now
    row.name, row.queues, row.level = name, list(queues), level
    row.available, row.capacity, row.last_seen = available, capacity, now
    session.flush()
    signal(session, "presence")
    return row


def arrive(
    session: Session,
    actor: str,
    now: dt.datetime,
    *,
    name: str,
    queues: Sequence[str],
    level: int,
    capacity: int,
) -> PresenceRow:
    """Return an agent's presence, locked; who was never at the desk before takes nothing yet."""
    row = session.get(PresenceRow, actor, with_for_update=True, populate_existing=True)
    if row:
        return row
    first = PresenceRow(
        actor=actor,
        name=name,
        queues=list(queues),
        level=level,
        available=False,
        capacity=capacity,
        last_seen=now,
        idle_since=now,
    )
    if not add_unless_known(session, first):  # another window of theirs was first
        return session.get_one(PresenceRow, actor, with_for_update=True)
    signal(session, "presence")
    return first


def require_presence(session: Session, actor: str) -> PresenceRow:
    """Return an agent's presence.

    Raises:
        NotFoundError: They have never been at the desk.
    """
    row = session.get(PresenceRow, actor)
    if row is None:
        raise NotFoundError(f"Agent {actor!r} is not at the desk. Set the presence first.")
    return row


def seen(session: Session, actor: str, now: dt.datetime) -> bool:
    """Note that an agent's desk is still there; False where they were never at it before."""
    found = update(PresenceRow).where(PresenceRow.actor == actor).values(last_seen=now)
    return bool(session.execute(found.returning(PresenceRow.actor)).all())


def present_agents(
    session: Session, queue: str, level: int, rules: StaffingRules, now: dt.datetime
) -> list[PresenceRow]:
    """Return the agents who take tickets of a queue and level now."""
    found = select(PresenceRow).where(
        PresenceRow.available,
        PresenceRow.level >= level,
        PresenceRow.last_seen >= now - rules.vanished_after,
    )
    return [row for row in session.scalars(found) if queue in row.queues]


def loads(session: Session, actors: Collection[str]) -> Mapping[str, int]:
    """Return how many tickets each agent has in hand; held ones wait for something and do not count."""
    counted = (
        select(TicketRow.assignee, func.count())
        .where(TicketRow.state == "taken", TicketRow.assignee.in_(actors))
        .group_by(TicketRow.assignee)
    )
    return dict.fromkeys(actors, 0) | {actor: count for actor, count in session.execute(counted) if actor}


def idle_since(session: Session, agents: Collection[PresenceRow]) -> Mapping[str, dt.datetime]:
    """Return since when each agent has got, and finished, nothing."""
    if not agents:
        return {}
    last: ColumnElement[dt.datetime | None] = func.max(
        func.coalesce(TicketRow.resolved_at, TicketRow.taken_at)
    )
    found = (
        select(TicketRow.assignee, last)
        .where(
            TicketRow.assignee.in_([agent.actor for agent in agents]),
            TicketRow.taken_at >= min(agent.idle_since for agent in agents),
        )
        .group_by(TicketRow.assignee)
    )
    busy = {actor: at for actor, at in session.execute(found) if at}
    return {agent.actor: max(agent.idle_since, busy.get(agent.actor, agent.idle_since)) for agent in agents}


def vanished_tickets(session: Session, rules: StaffingRules, now: dt.datetime) -> list[TicketRow]:
    """Return, locked, the tickets in hand of agents who were not heard of for too long.

    These agents are no longer available. What they hold stays theirs: it waits for something.
    """
    gone = select(PresenceRow.actor).where(PresenceRow.last_seen < now - rules.vanished_after)
    found: list[TicketRow] = []
    for actor in session.scalars(gone.order_by(PresenceRow.actor)).all():
        agent = grab_presence(session, actor)
        if agent is None or agent.last_seen >= now - rules.vanished_after:
            continue
        if agent.available:
            agent.available = False
            signal(session, "presence")
        found.extend(_in_hand(session, actor))
    return found


def _in_hand(session: Session, actor: str) -> list[TicketRow]:
    taken = select(TicketRow.id).where(TicketRow.assignee == actor, TicketRow.state == "taken")
    grabbed = [grab_ticket(session, ticket_id) for ticket_id in session.scalars(taken).all()]
    # Meanwhile it may have been resolved, or gone to somebody else.
    return [ticket for ticket in grabbed if ticket and (ticket.assignee, ticket.state) == (actor, "taken")]
