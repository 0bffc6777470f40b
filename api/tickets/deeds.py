"""What an agent does with a ticket: take it, write, hold it, resolve it; the customer is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.conversing.telling import tell
from api.security.errors import ForbiddenError
from api.security.principal import Principal
from api.tickets.access import locked_visible, require_held, require_movable
from api.tickets.wording import require_lawful
from assistant.desk import tickets
from assistant.desk.conversations import append, locked, sent_before
from assistant.desk.follow_ups import plan_follow_up
from assistant.desk.labels import NO_ENTRY
from assistant.desk.staffing import next_ticket
from assistant.desk.suggestions import record_outcome
from assistant.desk.tables import ConversationRow, SuggestionRow, TicketRow
from assistant.desk.types import Message, NewMessage
from knowledge_base.errors import InvalidInputError, NotFoundError
from knowledge_base.personal_data import mask_where_needed
from knowledge_base.search.text import require_message


@dataclass(frozen=True, slots=True)
class Deed:
    """Somebody's doing something with a ticket now, within one transaction."""

    session: Session
    desk: Desk
    principal: Principal
    now: dt.datetime

    def locked(self, ticket_id: str) -> tuple[TicketRow, ConversationRow]:
        """Return a ticket that the person sees, locked with its conversation.

        Raises:
            NotFoundError: There is none for them.
        """
        return locked_visible(self.session, self.principal, ticket_id)

    def movable(self, ticket_id: str) -> tuple[TicketRow, ConversationRow]:
        """Return the same, if the person may move it on.

        Raises:
            NotFoundError: There is none for them.
            ConflictError: Somebody else has it in hand.
        """
        ticket, conversation = self.locked(ticket_id)
        require_movable(ticket, self.principal)
        return ticket, conversation

    def held(self, ticket_id: str) -> tuple[TicketRow, ConversationRow]:
        """Return the same, if the person has it in hand.

        Raises:
            NotFoundError: There is none for them.
            ConflictError: It is not in their hand.
        """
        ticket, conversation = self.locked(ticket_id)
        require_held(ticket, self.principal)
        return ticket, conversation

    def tell(self, conversation: ConversationRow, name: str, **values: str) -> None:
        """Tell the customer in a locked conversation what happened."""
        tell(self.session, self.desk, conversation, name, self.now, **values)


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a ticket ended.

    Attributes:
        label: What it was, in the words of the desk; ``no_entry`` where no entry would do.
        entry_id: The entry that would have answered.
    """

    label: str
    entry_id: str | None
    note: str = ""


def take(deed: Deed, ticket_id: str) -> TicketRow:
    """Take a waiting ticket; taken already by oneself, nothing happens.

    Raises:
        NotFoundError: There is none for them.
        ConflictError: Somebody else was first.
    """
    ticket, conversation = deed.locked(ticket_id)
    waited = ticket.state == "waiting"
    ticket = tickets.take(deed.session, ticket_id, deed.principal.actor, deed.now)
    if waited:
        came(deed.session, deed.desk, conversation, deed.principal.display_name, deed.now)
    return ticket


def take_next(deed: Deed, queue: str | None) -> TicketRow | None:
    """Take what waits first in one's own queues, or in one of them; None where nothing waits.

    Raises:
        ForbiddenError: The queue is not one of theirs.
        ConflictError: The person takes nothing now, or has their hands full.
    """
    who = deed.principal
    if queue and queue not in who.queues:
        raise ForbiddenError(f"{who.name!r} does not work in the queue {queue!r}.")
    queues = [one for one in who.queues if queue in (None, one)]
    ticket = next_ticket(deed.session, who.actor, queues, who.level, deed.desk.rules, deed.now)
    if ticket:
        row = locked(deed.session, ticket.conversation_id)
        came(deed.session, deed.desk, row, who.display_name, deed.now)
    return ticket


def came(session: Session, desk: Desk, conversation: ConversationRow, name: str, now: dt.datetime) -> None:
    """Tell the customer which agent serves them from now on."""
    tell(session, desk, conversation, "agent_came", now, agent=name)


def reply(
    deed: Deed, ticket_id: str, text: str, client_id: str, suggestion_id: str | None
) -> tuple[Message, bool]:
    """Send a message to the customer; return it, and whether it was sent before.

    Raises:
        NotFoundError: There is no such ticket or suggestion.
        ConflictError: The ticket is not in the person's hand.
        InvalidInputError: The text is empty, too long, or has forbidden wording.
    """
    ticket, conversation = deed.locked(ticket_id)
    before = sent_before(deed.session, conversation.id, "agent", client_id)
    if before:
        return before, True
    require_held(ticket, deed.principal)
    text = require_message(text).strip()
    require_lawful(deed.desk, text)
    if suggestion_id:
        _use_suggestion(deed, ticket, suggestion_id, text)
    who = deed.principal
    new = NewMessage("agent", text, agent=who.display_name, actor=who.actor, client_id=client_id)
    return append(deed.session, conversation, new, deed.now), False


def add_note(deed: Deed, ticket_id: str, text: str) -> None:
    """Keep a note for colleagues; it is masked, and the customer does not see it.

    Raises:
        NotFoundError: There is no such ticket for them.
    """
    ticket, _ = deed.locked(ticket_id)
    tickets.note(deed.session, ticket, deed.principal.actor, "note", deed.now, text=mask_where_needed(text))


def resolve(deed: Deed, ticket_id: str, how: Resolution) -> TicketRow:
    """Close a ticket with its label, ask the customer whether it is solved, and plan the follow-up.

    Raises:
        NotFoundError: There is no such ticket for them.
        ConflictError: Somebody else has it, or it is resolved.
        InvalidInputError: The entry is not published, or contradicts the label.
    """
    _require_label(deed.desk, how)
    ticket, conversation = deed.movable(ticket_id)
    tickets.close_ticket(
        deed.session,
        ticket.id,
        deed.principal.actor,
        deed.now,
        label=how.label,
        right_entry_id=how.entry_id,
        note_text=mask_where_needed(how.note),
    )
    deed.tell(conversation, "closed")
    deed.tell(conversation, "survey")
    plan_follow_up(deed.session, ticket, deed.desk.rules.follow_ups, deed.now)
    return ticket


def _use_suggestion(deed: Deed, ticket: TicketRow, suggestion_id: str, text: str) -> None:
    row = deed.session.get(SuggestionRow, suggestion_id)
    if row is None or row.ticket_id != ticket.id:
        raise NotFoundError(f"There is no suggestion {suggestion_id[:40]!r} of this ticket.")
    entry = deed.desk.serving.services.snapshot.entries.get(row.entry_id)
    same = entry is not None and deed.desk.company.fill(entry.answer).strip() == text
    record_outcome(deed.session, suggestion_id, "accepted" if same else "edited", deed.now)


def _require_label(desk: Desk, how: Resolution) -> None:
    if how.entry_id and how.label == NO_ENTRY:
        raise InvalidInputError(f"{NO_ENTRY!r} says that no entry would do, but {how.entry_id!r} is named.")
    if how.entry_id and how.entry_id not in desk.serving.services.snapshot.entries:
        raise InvalidInputError(f"Entry {how.entry_id!r} is not published. Search for the right one.")
