"""Moves a ticket between queues, levels and people; the customer is told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from api.accounts.audit import note as audit
from api.accounts.roles import Permission, permissions_of
from api.accounts.types import User
from api.accounts.users import get_user
from api.tickets.deeds import Deed, came
from assistant.desk import tickets
from assistant.desk.deadlines import renewed_terms, reply_due, resolve_limit
from assistant.desk.tables import TicketRow
from knowledge_base.errors import InvalidInputError
from knowledge_base.personal_data import mask_where_needed


def release(deed: Deed, ticket_id: str) -> TicketRow:
    """Let a ticket in hand wait again.

    Raises:
        NotFoundError: There is none for them.
        ConflictError: Nobody or somebody else has it in hand.
    """
    ticket, conversation = deed.movable(ticket_id)
    _require_taken(ticket)
    _put_back(deed, ticket)
    deed.tell(conversation, "released", queue=deed.desk.queue_name(ticket.queue))
    return ticket


def give_back(deed: Deed, ticket_id: str) -> TicketRow:
    """Give a conversation back to the assistant.

    Raises:
        NotFoundError: There is none for them.
        ConflictError: Nobody or somebody else has it in hand.
    """
    ticket, conversation = deed.movable(ticket_id)
    tickets.close_ticket(deed.session, ticket.id, deed.principal.actor, deed.now, "give_back")
    deed.tell(conversation, "given_back")
    return ticket


def transfer(deed: Deed, ticket_id: str, queue: str, reason: str) -> TicketRow:
    """Let a ticket wait in another queue.

    Raises:
        NotFoundError: There is none for them.
        ConflictError: Somebody else has it in hand, or it is resolved.
        InvalidInputError: It stands in that queue already.
    """
    ticket, conversation = deed.movable(ticket_id)
    if ticket.queue == queue:
        raise InvalidInputError(f"Ticket {ticket.number!r} stands in {queue!r} already. Release it instead.")
    _put_back(deed, ticket, queue=queue, kind="transferred", reason=reason)
    deed.tell(conversation, "transferred", queue=deed.desk.queue_name(queue))
    return ticket


def escalate(deed: Deed, ticket_id: str, reason: str) -> TicketRow:
    """Let a ticket wait one level up.

    Raises:
        NotFoundError: There is none for them.
        ConflictError: Somebody else has it in hand, it is resolved, or on the highest level.
    """
    ticket, conversation = deed.movable(ticket_id)
    _put_back(deed, ticket, level=ticket.level + 1, kind="escalated", reason=reason)
    deed.tell(conversation, "escalated")
    return ticket


def hold(deed: Deed, ticket_id: str, reason: str) -> TicketRow:
    """Put a ticket in hand on hold: it waits for something, and counts for no capacity.

    Raises:
        NotFoundError: There is none for them.
        ConflictError: It is not in their hand.
    """
    _, conversation = deed.held(ticket_id)
    ticket = tickets.hold(deed.session, ticket_id, deed.principal.actor, deed.now, mask_where_needed(reason))
    deed.tell(conversation, "agent_silent")
    return ticket


def resume(deed: Deed, ticket_id: str) -> TicketRow:
    """Go on with a ticket on hold.

    Raises:
        NotFoundError: There is none for them.
        ConflictError: It is not on hold in their hand.
    """
    deed.held(ticket_id)
    return tickets.resume(deed.session, ticket_id, deed.principal.actor, deed.now)


def reopen(deed: Deed, ticket_id: str, reason: str) -> TicketRow:
    """Let a resolved ticket wait again, with new deadlines.

    Raises:
        NotFoundError: There is none for them.
        ConflictError: It, or another one of the conversation, is open.
    """
    ticket, conversation = deed.locked(ticket_id)
    tickets.reopen(deed.session, ticket_id, deed.principal.actor, deed.now, mask_where_needed(reason))
    limit = resolve_limit(deed.desk.rules.deadlines, ticket.urgency, ticket.reason)
    ticket.reply_by = reply_due(deed.desk.hours, ticket.queue, deed.now)
    ticket.resolve_by = deed.now + limit.within
    deed.tell(conversation, "unsolved", queue=deed.desk.queue_name(ticket.queue))
    return ticket


def assign(deed: Deed, ticket_id: str, agent: str) -> TicketRow:
    """Give an open ticket to an agent, whoever has it: a supervisor's takeover, in the audit log.

    Raises:
        NotFoundError: There is no such ticket.
        InvalidInputError: There is no such agent, or they do not work at the desk.
        ConflictError: It is resolved.
    """
    ticket, conversation = deed.locked(ticket_id)
    before, user = ticket.assignee, _agent(deed.session, agent)
    tickets.assign(deed.session, ticket_id, user.actor, deed.principal.actor, deed.now)
    if before != user.actor:
        came(deed.session, deed.desk, conversation, user.display_name, deed.now)
    told = {"before": before, "agent": user.actor, "number": ticket.number}
    audit(deed.session, deed.principal.actor, "ticket.taken_over", f"ticket:{ticket.id}", told)
    return ticket


def _agent(session: Session, actor: str) -> User:
    user = get_user(session, actor.removeprefix("user:"))
    if user.disabled or Permission.TICKETS_WORK not in permissions_of(user.roles):
        raise InvalidInputError(f"{user.name!r} does not work at the desk. Choose another agent.")
    return user


def _require_taken(ticket: TicketRow) -> None:
    if ticket.state == "waiting":
        raise InvalidInputError(f"Ticket {ticket.number!r} waits already.")


def _put_back(
    deed: Deed,
    ticket: TicketRow,
    queue: str | None = None,
    level: int | None = None,
    kind: str = "released",
    reason: str = "",
) -> None:
    tickets.put_back(
        deed.session,
        ticket.id,
        deed.principal.actor,
        deed.now,
        queue=queue,
        level=level,
        kind=kind,
        reason=mask_where_needed(reason),
        terms=renewed_terms(ticket, queue or ticket.queue, deed.desk.hours, deed.now),
    )
