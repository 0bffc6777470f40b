"""What queues are simulated from: logged visits by hour of the day, and logged handling times."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from assistant.desk.hours import OpeningHours
from assistant.desk.tables import ConversationRow, TicketRow
from evaluation.online.facts.family import Scope
from evaluation.online.facts.visits import HANDOFFS

LONGEST = 4 * 3600.0
"""Seconds that a ticket counts as handled at most: who waits for papers is not being talked to."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came in a period.

    Attributes:
        visits: Mean visits an hour while people are there, by hour of the day; 0 where closed.
        days: Days on which people were there.
        handling: Handling times of tickets, seconds, shape (tickets,).
        handoff: Share of the visits in open hours that went to people.
        handed: Tickets of the period.
        all_visits: Visits of the period, in closed hours too.
    """

    visits: tuple[float, ...]
    days: int
    handling: NDArray[np.float64]
    handoff: float
    handed: int
    all_visits: int


def read_load(session: Session, scope: Scope, hours: OpeningHours, channel: str = "") -> Load:
    """Return what came in a period of the general queue's hours.

    Args:
        session: A session that may only read.
        scope: The period.
        hours: When people are there.
        channel: Only of this channel; empty for all.
    """
    visits = _visits(session, scope, channel)
    tickets = _tickets(session, scope, channel)
    opened = {day for day in scope.period.days if _is_open_on(hours, day, scope)}
    by_hour, handed = [0] * 24, 0
    for at in visits:
        local = at.astimezone(scope.period.zone)
        if hours.is_open("general", at):
            by_hour[local.hour] += 1
    for at, _, _ in tickets:
        handed += hours.is_open("general", at)
    open_visits = sum(by_hour)
    return Load(
        visits=tuple(count / max(len(opened), 1) for count in by_hour),
        days=len(opened),
        handling=np.array(
            [min((done - taken).total_seconds(), LONGEST) for _, taken, done in tickets if taken and done]
        ),
        handoff=min(1.0, handed / open_visits) if open_visits else 0.0,
        handed=len(tickets),
        all_visits=len(visits),
    )


def _visits(session: Session, scope: Scope, channel: str) -> list[dt.datetime]:
    day = scope.time.day(DecisionRow.decided_at)
    found = (
        select(func.min(DecisionRow.decided_at))
        .where(
            DecisionRow.decided_at >= scope.period.start,
            DecisionRow.decided_at < scope.period.end,
            DecisionRow.conversation_id.is_not(None),
        )
        .group_by(DecisionRow.conversation_id, day)
    )
    if channel:
        found = found.where(DecisionRow.channel == channel)
    return [row[0] for row in session.execute(found)]


def _tickets(
    session: Session, scope: Scope, channel: str
) -> list[tuple[dt.datetime, dt.datetime | None, dt.datetime | None]]:
    found = select(TicketRow.created_at, TicketRow.taken_at, TicketRow.resolved_at).where(
        TicketRow.created_at >= scope.period.start,
        TicketRow.created_at < scope.period.end,
        TicketRow.reason.in_(HANDOFFS),
    )
    if channel:
        found = found.join(ConversationRow, ConversationRow.id == TicketRow.conversation_id)
        found = found.where(ConversationRow.channel == channel)
    return [(row[0], row[1], row[2]) for row in session.execute(found)]


def _is_open_on(hours: OpeningHours, day: dt.date, scope: Scope) -> bool:
    period = scope.period.part(day, day + dt.timedelta(days=1))
    return hours.working_time("general", period.start, period.end) > dt.timedelta(0)
