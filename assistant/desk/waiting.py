"""The waiting tickets of a queue in their order: a customer's place in it, and the expected wait."""

from __future__ import annotations

import datetime as dt
import statistics
from collections import defaultdict
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a waiting customer stands.

    Attributes:
        position: 1 for the next of the queue and level.
        wait: How long it will probably take; None where the queue is closed, nobody is there,
            or too few tickets were handled to tell.
    """

    position: int
    wait: dt.timedelta | None


def waiting_tickets(
    session: Session, queues: Collection[str], rules: PriorityRules, now: dt.datetime
) -> list[Waiting]:
    """Return what waits in queues, the next one first."""
    columns = (TicketRow.id, TicketRow.queue, TicketRow.level, TicketRow.priority, TicketRow.waiting_since)
    found = select(*columns).where(TicketRow.state == "waiting", TicketRow.queue.in_(queues))
    rows = [Waiting(*row) for row in session.execute(found)]
    return sorted(rows, key=lambda row: place_in_queue(row, rules, now))


def places(session: Session, queue: str, hours: OpeningHours, now: dt.datetime) -> dict[str, Place]:
    """Return by ticket where those who wait in a queue stand, and how long they probably will.

    Expected are the places before a ticket, shared among the agents who are there, each for
    the median handling time of the queue's last tickets.
    """
    levels: dict[int, list[str]] = defaultdict(list)
    for row in waiting_tickets(session, [queue], hours.rules.priorities, now):
        levels[row.level].append(row.id)
    handling = handling_time(session, queue, hours.rules.staffing, now) if hours.is_open(queue, now) else None
    found: dict[str, Place] = {}
    for level, ids in levels.items():
        free, hands = _hands(session, queue, level, hours.rules.staffing, now) if handling else (0, 0)
        for number, ticket_id in enumerate(ids, start=1):
            wait = max(number - free, 0) * handling / hands if handling and hands else None
            found[ticket_id] = Place(number, wait)
    return found


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


def _hands(
    session: Session, queue: str, level: int, rules: StaffingRules, now: dt.datetime
) -> tuple[int, float]:
    """Return how many tickets could be taken at once now, and how many are handled side by side.

    Who serves several queues with people waiting counts for each of them in part only.
    """
    agents = present_agents(session, queue, level, rules, now)
    waited = set(session.scalars(select(TicketRow.queue).where(TicketRow.state == "waiting").distinct()))
    busy = loads(session, [agent.actor for agent in agents])
    free = sum(max(agent.capacity - busy[agent.actor], 0) for agent in agents)
    hands = sum(agent.capacity / max(len(waited & set(agent.queues)), 1) for agent in agents)
    return free, hands
