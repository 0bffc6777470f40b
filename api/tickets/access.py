"""Whose tickets somebody sees, and which of them are in their hand."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.orm import Session

from api.accounts.roles import Permission
from api.security.errors import ForbiddenError
from api.security.principal import Principal
from assistant.desk.tables import ConversationRow, TicketRow
from assistant.desk.tickets import locked_ticket
from knowledge_base.errors import ConflictError, NotFoundError


def supervises(principal: Principal) -> bool:
    """Tell whether somebody sees and moves all tickets."""
    return Permission.TICKETS_SUPERVISE in principal.permissions


def visible(principal: Principal) -> ColumnElement[bool]:
    """Return the condition of the tickets that somebody sees.

    Agents see their own queues up to their level, and what they have in hand wherever it is.
    """
    if supervises(principal):
        return true()
    theirs = TicketRow.queue.in_(sorted(principal.queues)) & (TicketRow.level <= principal.level)
    return or_(theirs, TicketRow.assignee == principal.actor)


def is_visible(principal: Principal, ticket: TicketRow) -> bool:
    """Tell whether somebody sees a ticket; the same as ``visible``."""
    theirs = ticket.queue in principal.queues and ticket.level <= principal.level
    return supervises(principal) or theirs or ticket.assignee == principal.actor


def require_visible(session: Session, principal: Principal, ticket_id: str) -> TicketRow:
    """Return a ticket.

    Raises:
        NotFoundError: There is none, or it is in another queue or on a higher level.
    """
    ticket = session.get(TicketRow, ticket_id)
    if ticket is None or not is_visible(principal, ticket):
        raise _unknown(ticket_id)
    return ticket


def locked_visible(
    session: Session, principal: Principal, ticket_id: str
) -> tuple[TicketRow, ConversationRow]:
    """Return a ticket with its conversation, both locked until the transaction ends.

    Raises:
        NotFoundError: There is none, or it is in another queue or on a higher level.
    """
    require_visible(session, principal, ticket_id)
    ticket, conversation = locked_ticket(session, ticket_id)
    if not is_visible(principal, ticket):  # it was moved while we waited for it
        raise _unknown(ticket_id)
    return ticket, conversation


def is_held(ticket: TicketRow, principal: Principal) -> bool:
    """Tell whether a ticket is in somebody's own hand."""
    return ticket.assignee == principal.actor and ticket.state in ("taken", "held")


def require_held(ticket: TicketRow, principal: Principal) -> None:
    """Check that a ticket is in somebody's own hand.

    Raises:
        ConflictError: Nobody or somebody else has it.
    """
    if not is_held(ticket, principal):
        raise ConflictError(
            f"Ticket {ticket.number!r} is not in your hand: it is {ticket.state!r}. Take it first."
        )


def require_movable(ticket: TicketRow, principal: Principal) -> None:
    """Check that somebody may move a ticket on: their own one, one of nobody's, or as a supervisor.

    Raises:
        ConflictError: Somebody else has it.
    """
    others = ticket.state in ("taken", "held") and ticket.assignee != principal.actor
    if others and not supervises(principal):
        raise ConflictError(f"Ticket {ticket.number!r} is in somebody else's hand. Ask a supervisor.")


def require_queue(principal: Principal, queue: str) -> None:
    """Check that somebody works in a queue.

    Raises:
        ForbiddenError: They do not.
    """
    if not supervises(principal) and queue not in principal.queues:
        raise ForbiddenError(f"{principal.name!r} does not work in the queue {queue!r}.")


def _unknown(ticket_id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no ticket {ticket_id[:40]!r} in your queues. "
        "Probably it was moved on; load the list again."
    )
