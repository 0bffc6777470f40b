"""Opens tickets and moves them between queues, agents and levels.

A ticket and its conversation change together, in one transaction, with the
conversation's row locked: whoever is second gets a ``ConflictError``.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.desk.conversations import locked, move
from assistant.desk.signals import signal
from assistant.desk.states import OPEN
from assistant.desk.tables import ConversationRow, TicketEventRow, TicketRow
from assistant.desk.types import MAX_LEVEL, Event, Handover
from knowledge_base.errors import ConflictError, NotFoundError

SYSTEM = "system"
CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Terms:
    """How urgent a ticket is and until when it must be answered and resolved."""

    priority: int
    reply_by: dt.datetime | None
    resolve_by: dt.datetime | None


def open_ticket(
    session: Session, conversation: ConversationRow, handover: Handover, terms: Terms, now: dt.datetime
) -> TicketRow:
    """Hand a locked conversation over to a queue; one that is with people already stays there.

    A further reason is kept in the ticket's events, and a more urgent one raises its priority.
    """
    present = open_ticket_of(session, conversation.id)
    if present:
        present.priority = max(present.priority, terms.priority)
        note(session, present, CUSTOMER, "further_reason", now, reason=handover.reason, queue=handover.queue)
        return present
    move(session, conversation, "unsolved" if handover.reason == "unsolved" else "hand_over", now)
    ticket = _new_ticket(conversation.id, handover, terms, now)
    session.add(ticket)
    session.flush()
    note(session, ticket, SYSTEM, "created", now, queue=ticket.queue, reason=ticket.reason)
    return ticket


def open_ticket_of(session: Session, conversation_id: str) -> TicketRow | None:
    """Return the one ticket of a conversation that is not resolved."""
    found = select(TicketRow).where(
        TicketRow.conversation_id == conversation_id, TicketRow.state != "resolved"
    )
    return session.scalars(found).one_or_none()


def require_ticket(session: Session, ticket_id: str) -> TicketRow:
    """Return a ticket.

    Raises:
        NotFoundError: There is none.
    """
    ticket = session.get(TicketRow, ticket_id)
    if ticket is None:
        raise NotFoundError(f"There is no ticket {ticket_id[:40]!r}. Load the list of tickets again.")
    return ticket


def locked_ticket(session: Session, ticket_id: str) -> tuple[TicketRow, ConversationRow]:
    """Return a ticket with its conversation, both locked until the transaction ends.

    The conversation is locked first, as everywhere, so that two never wait for each other.

    Raises:
        NotFoundError: There is none.
    """
    conversation = locked(session, require_ticket(session, ticket_id).conversation_id)
    found = select(TicketRow).where(TicketRow.id == ticket_id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).one(), conversation


def take(session: Session, ticket_id: str, actor: str, now: dt.datetime) -> TicketRow:
    """Give a waiting ticket to an agent; one who has it already keeps it.

    Raises:
        NotFoundError: There is no such ticket.
        ConflictError: Somebody else was first, or it is resolved.
    """
    ticket, conversation = locked_ticket(session, ticket_id)
    if ticket.assignee == actor and ticket.state in ("taken", "held"):
        return ticket
    if ticket.state != "waiting":
        raise ConflictError(
            f"Ticket {ticket.number!r} is {ticket.state!r}: somebody else was first. Take another one."
        )
    move(session, conversation, "take", now)
    ticket.state, ticket.assignee, ticket.taken_at = "taken", actor, now
    note(session, ticket, actor, "taken", now, waited_s=round((now - ticket.waiting_since).total_seconds()))
    return ticket


def assign(session: Session, ticket_id: str, agent: str, actor: str, now: dt.datetime) -> TicketRow:
    """Give an open ticket to an agent whoever holds it (a supervisor's takeover).

    Raises:
        NotFoundError: There is no such ticket.
        ConflictError: It is resolved.
    """
    ticket, conversation = locked_ticket(session, ticket_id)
    _require_open(ticket)
    before = ticket.assignee
    if conversation.state == "waiting":
        move(session, conversation, "take", now)
    ticket.state, ticket.assignee, ticket.taken_at = "taken", agent, now
    note(session, ticket, actor, "assigned", now, agent=agent, before=before)
    return ticket


def put_back(
    session: Session,
    ticket_id: str,
    actor: str,
    now: dt.datetime,
    *,
    queue: str | None = None,
    level: int | None = None,
    kind: str = "released",
    reason: str = "",
    terms: Terms | None = None,
) -> TicketRow:
    """Let an open ticket wait again: released, transferred (``queue``) or escalated (``level``).

    Raises:
        NotFoundError: There is no such ticket.
        ConflictError: It is resolved, or stands on the highest level already.
    """
    ticket, conversation = locked_ticket(session, ticket_id)
    _require_open(ticket)
    if level is not None and not ticket.level < level <= MAX_LEVEL:
        raise ConflictError(
            f"Ticket {ticket.number!r} is on level {ticket.level} of {MAX_LEVEL} and cannot go to {level}."
        )
    before = {"queue": ticket.queue, "level": ticket.level, "agent": ticket.assignee}
    if conversation.state == "with_person":
        move(session, conversation, "release", now)
    ticket.state, ticket.assignee, ticket.waiting_since = "waiting", None, now
    ticket.queue, ticket.level = queue or ticket.queue, level or ticket.level
    if terms:
        ticket.priority, ticket.reply_by = max(ticket.priority, terms.priority), terms.reply_by
    note(
        session,
        ticket,
        actor,
        kind,
        now,
        before=before,
        queue=ticket.queue,
        level=ticket.level,
        reason=reason,
    )
    signal(session, f"conversation:{conversation.id}")
    return ticket


def hold(session: Session, ticket_id: str, actor: str, now: dt.datetime, reason: str) -> TicketRow:
    """Put a taken ticket on hold: the agent waits for something.

    Raises:
        NotFoundError: There is no such ticket.
        ConflictError: It is not taken by ``actor``.
    """
    return _between(session, ticket_id, actor, now, ("taken", "held"), reason)


def resume(session: Session, ticket_id: str, actor: str, now: dt.datetime, reason: str = "") -> TicketRow:
    """Go on with a held ticket; see ``hold``."""
    return _between(session, ticket_id, actor, now, ("held", "taken"), reason)


def close_ticket(
    session: Session,
    ticket_id: str,
    actor: str,
    now: dt.datetime,
    event: Event = "resolve",
    *,
    label: str = "",
    right_entry_id: str | None = None,
    note_text: str = "",
) -> TicketRow:
    """Close an open ticket: resolved, given back to the assistant, or left by the customer.

    ``event`` is ``resolve``, ``give_back``, ``go_back`` or ``close``; ``label`` what it was in the
    words of the desk; ``right_entry_id`` the entry that would have answered, None where none
    would; ``note_text`` is kept in the events, masked by the caller.

    Raises:
        NotFoundError: There is no such ticket.
        ConflictError: It is resolved already, or the event cannot happen now.
    """
    ticket, conversation = locked_ticket(session, ticket_id)
    _require_open(ticket)
    move(session, conversation, event, now)
    ticket.state, ticket.resolved_at = "resolved", now
    ticket.label, ticket.right_entry_id = label or None, right_entry_id
    note(session, ticket, actor, event, now, label=label, right_entry_id=right_entry_id, note=note_text)
    return ticket


def reopen(session: Session, ticket_id: str, actor: str, now: dt.datetime, reason: str) -> TicketRow:
    """Let a resolved ticket wait again in its queue.

    Raises:
        NotFoundError: There is no such ticket.
        ConflictError: It is open, or its conversation has another open ticket.
    """
    ticket, conversation = locked_ticket(session, ticket_id)
    if ticket.state != "resolved" or conversation.state in OPEN:
        raise ConflictError(
            f"Ticket {ticket.number!r} cannot be reopened: it, or another one of the conversation, is open."
        )
    move(session, conversation, "hand_over", now)
    ticket.state, ticket.assignee, ticket.waiting_since = "waiting", None, now
    ticket.resolved_at = None
    note(session, ticket, actor, "reopened", now, reason=reason)
    return ticket


def note(session: Session, ticket: TicketRow, actor: str, kind: str, now: dt.datetime, **detail: Any) -> None:
    """Keep what happened to a ticket, and tell those who look at it."""
    session.add(TicketEventRow(ticket_id=ticket.id, at=now, actor=actor, kind=kind, detail=detail))
    signal(session, f"ticket:{ticket.id}")
    signal(session, "queues")


def _between(
    session: Session, ticket_id: str, actor: str, now: dt.datetime, states: tuple[str, str], reason: str
) -> TicketRow:
    ticket, _ = locked_ticket(session, ticket_id)
    if ticket.state != states[0] or ticket.assignee != actor:
        raise ConflictError(f"Ticket {ticket.number!r} is not {states[0]!r} by you any more. Load it again.")
    ticket.state = states[1]
    note(session, ticket, actor, states[1], now, reason=reason)
    return ticket


def _require_open(ticket: TicketRow) -> None:
    if ticket.state == "resolved":
        raise ConflictError(f"Ticket {ticket.number!r} is resolved. Reopen it first.")


def _new_ticket(conversation_id: str, handover: Handover, terms: Terms, now: dt.datetime) -> TicketRow:
    return TicketRow(
        id=uuid.uuid4().hex,
        number=f"T{now:%y%m%d}{secrets.randbelow(10**7):07d}",
        conversation_id=conversation_id,
        queue=handover.queue,
        level=handover.level,
        state="waiting",
        priority=terms.priority,
        urgency=handover.urgency,
        reason=handover.reason,
        intent=handover.intent,
        confidence=handover.confidence,
        concern=handover.concern,
        summary=handover.summary,
        entities=list(handover.entities),
        answered=list(handover.answered),
        candidates=list(handover.candidates),
        marks=list(handover.marks),
        callback=handover.callback,
        created_at=now,
        waiting_since=now,
        reply_by=terms.reply_by,
        resolve_by=terms.resolve_by,
    )
