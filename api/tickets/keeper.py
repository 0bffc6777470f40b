"""Keeps the desk in order while the application runs: nobody waits unseen, nothing stays open for ever.

A sweep does a little at a time, each time in a transaction of its own: customers who write
meanwhile wait for it no longer than for one another. On PostgreSQL several processes may serve:
the one that holds the lock sweeps, the others pass.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from api.conversing.desk import Desk, now
from api.conversing.telling import tell
from api.tickets.deeds import came
from api.tickets.settings import DeskSettings
from assistant.desk.conversations import append, locked, move, sent_before
from assistant.desk.escalation import escalate_late, overflow
from assistant.desk.presence import require_presence
from assistant.desk.staffing import assign_waiting, return_vanished
from assistant.desk.states import OPEN
from assistant.desk.tables import ConversationRow, FollowUpRow, MessageRow, TicketRow
from assistant.desk.types import NewMessage
from knowledge_base.errors import BaowenError

_LOCK = 0x6465736B  # "desk": any number that no other program takes
AT_ONCE = 20
"""What one transaction does at most; while there is as much, another follows."""

_log = structlog.get_logger(__name__)

Sweep = Callable[[Session, Desk, DeskSettings, dt.datetime], int]


async def keep_always(desk: Desk, settings: DeskSettings) -> None:
    """Keep the desk in order until it is cancelled."""
    while True:
        await asyncio.sleep(settings.keep_seconds)
        await asyncio.to_thread(keep, desk, settings)


def keep(desk: Desk, settings: DeskSettings, at: dt.datetime | None = None) -> None:
    """Do every sweep to its end; one that fails does not keep the others from being done."""
    for sweep in SWEEPS:
        try:
            done = _sweep_out(sweep, desk, settings, at)
        except BaowenError as error:
            _log.error("desk_sweep_failed", sweep=sweep.__name__, problem=error.message)
        except Exception as error:  # its own text may quote a customer
            _log.error("desk_sweep_failed", sweep=sweep.__name__, problem=type(error).__name__)
        else:
            if done:
                _log.info("desk_swept", sweep=sweep.__name__, count=done)


def _sweep_out(sweep: Sweep, desk: Desk, settings: DeskSettings, at: dt.datetime | None) -> int:
    done, some = 0, AT_ONCE
    while some >= AT_ONCE:
        with desk.transaction() as session:
            some = sweep(session, desk, settings, at or now()) if _may_sweep(session) else 0
        done += some
    return done


def return_from_vanished(session: Session, desk: Desk, _: DeskSettings, at: dt.datetime) -> int:
    """Put back what agents hold who were not heard of for too long."""
    return _told(session, desk, return_vanished(session, desk.hours, at), "vanished", at)


def overflow_to_general(session: Session, desk: Desk, _: DeskSettings, at: dt.datetime) -> int:
    """Let the general queue have what waited too long elsewhere."""
    waiting = select(TicketRow.id, TicketRow.queue).where(TicketRow.state == "waiting")
    before = {row.id: row.queue for row in session.execute(waiting)}
    moved = overflow(session, desk.hours, at, AT_ONCE)
    for ticket in moved:
        row = locked(session, ticket.conversation_id)
        tell(session, desk, row, "overflowed", at, queue=desk.queue_name(before[ticket.id]))
    return len(moved)


def escalate_by_deadline(session: Session, desk: Desk, _: DeskSettings, at: dt.datetime) -> int:
    """Let the next level have what is late."""
    return _told(session, desk, escalate_late(session, desk.hours, at, AT_ONCE), "escalated", at)


def assign_to_idle(session: Session, desk: Desk, settings: DeskSettings, at: dt.datetime) -> int:
    """Give what waits to who is free, where tickets are pushed."""
    if settings.assign != "push":
        return 0
    given = assign_waiting(session, desk.rules, list(desk.taxonomy.queues), at)
    for ticket in given:
        agent = require_presence(session, str(ticket.assignee))
        came(session, desk, locked(session, ticket.conversation_id), agent.name, at)
    return len(given)


def ask_how_it_went(session: Session, desk: Desk, _: DeskSettings, at: dt.datetime) -> int:
    """Ask in the conversation what is due to be followed up, once; what is with people is left alone."""
    # The message's own number tells that it was sent: there is no row to keep in step with it.
    asked = exists().where(
        MessageRow.conversation_id == FollowUpRow.conversation_id,
        MessageRow.author == "system",
        MessageRow.client_id == FollowUpRow.id,
    )
    free = select(ConversationRow.id).where(ConversationRow.state.not_in(OPEN))
    due = select(FollowUpRow).where(
        FollowUpRow.done_at.is_(None),
        FollowUpRow.due_at <= at,
        ~asked,
        FollowUpRow.conversation_id.in_(free),
    )
    sent = 0
    for follow_up in session.scalars(due.order_by(FollowUpRow.due_at).limit(AT_ONCE)).all():
        row = locked(session, follow_up.conversation_id)
        if row.state in OPEN or sent_before(session, row.id, "system", follow_up.id):
            continue
        words = desk.notices.text(follow_up.kind, "follow_ups")
        append(session, row, NewMessage("system", words, "survey", client_id=follow_up.id), at)
        sent += 1
    return sent


def close_silent(session: Session, desk: Desk, settings: DeskSettings, at: dt.datetime) -> int:
    """Close conversations with the assistant in which nothing was said for long."""
    before = at - dt.timedelta(minutes=settings.silent_minutes)
    silent = select(ConversationRow).where(
        ConversationRow.state == "assistant", ConversationRow.changed_at < before
    )
    free = silent.order_by(ConversationRow.changed_at).limit(AT_ONCE).with_for_update(skip_locked=True)
    rows = session.scalars(free.execution_options(populate_existing=True)).all()
    for row in rows:
        move(session, row, "close", at)
        if row.last_seq:  # who has said nothing is asked nothing
            tell(session, desk, row, "survey", at)
    return len(rows)


SWEEPS: tuple[Sweep, ...] = (
    return_from_vanished,
    overflow_to_general,
    escalate_by_deadline,
    assign_to_idle,
    ask_how_it_went,
    close_silent,
)


def _told(session: Session, desk: Desk, tickets: Sequence[TicketRow], name: str, at: dt.datetime) -> int:
    for ticket in tickets:
        row = locked(session, ticket.conversation_id)
        tell(session, desk, row, name, at, queue=desk.queue_name(ticket.queue))
    return len(tickets)


def _may_sweep(session: Session) -> bool:
    """Take the lock until the transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    taken = session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK})
    return bool(taken.scalar_one())
