"""Lists of tickets, page by page, and the counts of queues."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.security.principal import Principal
from api.tickets.access import supervises, visible
from api.tickets.views import Found, View, found_tickets, summaries
from assistant.desk.tables import TicketRow
from assistant.desk.types import TicketState
from knowledge_base.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets are listed.

    Attributes:
        states: Empty for all that are open.
        mine: Only those in one's own hand, or resolved by oneself.
        cursor: ``next`` of the page before.
    """

    queue: str | None = None
    states: tuple[TicketState, ...] = ()
    mine: bool = False
    cursor: str = ""
    limit: int = 50


def list_tickets(
    session: Session, desk: Desk, principal: Principal, wanted: Wanted, now: dt.datetime
) -> tuple[list[View], str | None]:
    """Return a page of tickets and the cursor of the next one.

    Open tickets come by priority, then the longest waiting first; resolved ones the newest first.

    Raises:
        InvalidInputError: The cursor is none of ours.
    """
    resolved = wanted.states == ("resolved",)
    query = found_tickets().where(visible(principal), *_filters(principal, wanted))
    if wanted.cursor:
        query = query.where(_behind(wanted.cursor, resolved=resolved))
    order = (
        (TicketRow.resolved_at.desc(), TicketRow.id)
        if resolved
        else (TicketRow.priority.desc(), TicketRow.waiting_since, TicketRow.id)
    )
    found = session.execute(query.order_by(*order).limit(wanted.limit + 1)).all()
    page = [cast(Found, tuple(row)) for row in found[: wanted.limit]]
    following = _cursor(page[-1][0], resolved=resolved) if len(found) > wanted.limit else None
    return summaries(session, desk, page, now), following


def queue_counts(session: Session, desk: Desk, principal: Principal, now: dt.datetime) -> list[View]:
    """Return how many wait, and are served, in the queues that somebody works in."""
    queues = list(desk.taxonomy.queues) if supervises(principal) else sorted(principal.queues)
    counted = (
        select(TicketRow.queue, TicketRow.state, func.count(), func.min(TicketRow.waiting_since))
        .where(TicketRow.state != "resolved", TicketRow.queue.in_(queues), visible(principal))
        .group_by(TicketRow.queue, TicketRow.state)
    )
    counts: dict[str, dict[str, tuple[int, dt.datetime]]] = defaultdict(dict)
    for queue, state, count, oldest in session.execute(counted):
        counts[queue][state] = (count, oldest)
    return [_queue(desk, queue, counts[queue], now) for queue in desk.taxonomy.queues if queue in queues]


def _queue(desk: Desk, queue: str, counts: dict[str, tuple[int, dt.datetime]], now: dt.datetime) -> View:
    waiting, oldest = counts.get("waiting", (0, now))
    return {
        "queue": queue,
        "name": desk.queue_name(queue),
        "waiting": waiting,
        "oldest_wait_s": max(round((now - oldest).total_seconds()), 0) if waiting else None,
        "oldest_since": oldest.isoformat() if waiting else None,
        "with_person": counts.get("taken", (0, now))[0] + counts.get("held", (0, now))[0],
        "open": desk.hours.is_open(queue, now),
    }


def _filters(principal: Principal, wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    states = TicketRow.state.in_(wanted.states) if wanted.states else TicketRow.state != "resolved"
    queue = [TicketRow.queue == wanted.queue] if wanted.queue else []
    mine = [TicketRow.assignee == principal.actor] if wanted.mine else []
    return [states, *queue, *mine]


def _cursor(ticket: TicketRow, *, resolved: bool) -> str:
    at = ticket.resolved_at if resolved and ticket.resolved_at else ticket.waiting_since
    row = [ticket.priority, at.isoformat(), ticket.id]
    return base64.urlsafe_b64encode(json.dumps(row).encode()).decode()


def _behind(cursor: str, *, resolved: bool) -> ColumnElement[bool]:
    try:
        priority, moment, last = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        priority, at, last = int(priority), dt.datetime.fromisoformat(moment), str(last)
        at = at.astimezone(dt.UTC)
    except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error, RecursionError):
        raise InvalidInputError(f"Cursor {cursor[:60]!r} is none of a list. Load the list anew.") from None
    if abs(priority) > 2**31 - 1 or not last.isprintable():
        raise InvalidInputError(f"Cursor {cursor[:60]!r} is none of a list. Load the list anew.")
    later = TicketRow.id > last
    if resolved:
        return or_(TicketRow.resolved_at < at, and_(TicketRow.resolved_at == at, later))
    waits = or_(TicketRow.waiting_since > at, and_(TicketRow.waiting_since == at, later))
    return or_(TicketRow.priority < priority, and_(TicketRow.priority == priority, waits))
