"""The waiting tickets of a queue in their order: a customer's place in it, and the expected wait."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.desk.hours import OpeningHours
from assistant.desk.presence import loads, present_agents
from assistant.desk.priorities import place_in_queue
from assistant.desk.rules import PriorityRules, StaffingRules
from assistant.desk.tables import TicketRow


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting ticket, with what its place depends on."""

    id: str
    queue: str
    level: int
    priority: int
    waiting_since: dt.datetime


def waiting_tickets(
    session: Session, queues: Collection[str], rules: PriorityRules, now: dt.datetime
) -> list[Waiting]:
    """Return what waits in queues, the next one first."""
    columns = (TicketRow.id, TicketRow.queue, TicketRow.level, TicketRow.priority, TicketRow.waiting_since)
    found = select(*columns).where(TicketRow.state == "waiting", TicketRow.queue.in_(queues))
    rows = [Waiting(*row) for row in session.execute(found)]
    return sorted(rows, key=lambda row: place_in_queue(row, rules, now))


def position(session: Session, ticket: TicketRow, rules: PriorityRules, now: dt.datetime) -> int:
    """Return a waiting ticket's place among those of its queue and level, 1 for the next."""
    same = [row for row in waiting_tickets(session, [ticket.queue], rules, now) if row.level == ticket.level]
    return 1 + [row.id for row in same].index(ticket.id)


def expected_wait(
    session: Session, ticket: TicketRow, hours: OpeningHours, now: dt.datetime
) -> dt.timedelta | None:
    """Return how long a waiting ticket will probably wait.

    The places before it, shared among the agents who are there, each for the median
    handling time of the queue's last tickets. None where the queue is closed, nobody is
    there, or too few tickets were handled to tell.
    """
    rules = hours.rules.staffing
    handling = handling_time(session, ticket.queue, rules, now)
    if handling is None or not hours.is_open(ticket.queue, now):
        return None
    free, hands = _hands(session, ticket, rules, now)
    if not hands:
        return None
    ahead = position(session, ticket, hours.rules.priorities, now) - free
    return max(ahead, 0) * handling / hands


def handling_time(
    session: Session, queue: str, rules: StaffingRules, now: dt.datetime
) -> dt.timedelta | None:
    """Return the median time from taking to resolving of the queue's last tickets.

    The median: a ticket that lay over a weekend tells nothing about the next one. None
    where fewer than ``fewest_tickets`` are known.
    """
    found = (
        select(TicketRow.taken_at, TicketRow.resolved_at)
        .where(
            TicketRow.queue == queue,
            TicketRow.taken_at.is_not(None),
            TicketRow.resolved_at >= now - rules.measured_within,
        )
        .order_by(TicketRow.resolved_at.desc())
        .limit(rules.measured_tickets)
    )
    times = [resolved - taken for taken, resolved in session.execute(found) if taken and resolved]
    if len(times) < rules.fewest_tickets:
        return None
    return dt.timedelta(seconds=statistics.median(time.total_seconds() for time in times))


def _hands(session: Session, ticket: TicketRow, rules: StaffingRules, now: dt.datetime) -> tuple[int, float]:
    """Return how many tickets could be taken at once now, and how many are handled side by side.

    Who serves several queues with people waiting counts for each of them in part only.
    """
    agents = present_agents(session, ticket.queue, ticket.level, rules, now)
    waited = set(session.scalars(select(TicketRow.queue).where(TicketRow.state == "waiting").distinct()))
    busy = loads(session, [agent.actor for agent in agents])
    free = sum(max(agent.capacity - busy[agent.actor], 0) for agent in agents)
    hands = sum(agent.capacity / max(len(waited & set(agent.queues)), 1) for agent in agents)
    return free, hands
