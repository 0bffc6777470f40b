"""Locks that never wait: what somebody else is changing right now is passed over.

PostgreSQL skips locked rows; SQLite has one writer at a time anyway. A ticket is locked by
its conversation, as everywhere at the desk.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.desk.tables import ConversationRow, PresenceRow, TicketRow


def grab_ticket(session: Session, ticket_id: str) -> TicketRow | None:
    """Return a ticket as it is now, its conversation locked; None if somebody else has it."""
    owner = select(TicketRow.conversation_id).where(TicketRow.id == ticket_id).scalar_subquery()
    free = select(ConversationRow.id).where(ConversationRow.id == owner).with_for_update(skip_locked=True)
    if session.scalars(free).one_or_none() is None:
        return None
    return session.get(TicketRow, ticket_id, populate_existing=True)


def grab_presence(session: Session, actor: str) -> PresenceRow | None:
    """Return an agent's presence, locked; None if somebody else gives them a ticket right now."""
    found = select(PresenceRow).where(PresenceRow.actor == actor).with_for_update(skip_locked=True)
    return session.scalars(found.execution_options(populate_existing=True)).one_or_none()
