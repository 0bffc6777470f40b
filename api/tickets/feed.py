"""What one open desk is told: reads, of all that changed, what concerns its person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.conversing.desk import Desk, now
from api.security.principal import Principal
from api.tickets.access import is_held, is_visible
from api.tickets.listing import queue_counts
from api.tickets.off_switch_views import off_view
from api.tickets.presence_views import all_presence, own_presence
from api.tickets.views import Found, View, desk_message, found_tickets, summaries
from assistant.desk.conversations import read_messages
from assistant.desk.tables import TicketRow

TOPICS = ("conversation", "ticket", "queues", "typing", "presence", "off")
_MESSAGES = 200


class Feed:
    """Turns topics into the events of one person's page.

    Used by one thread at a time: what was sent is remembered here.
    """

    def __init__(self, desk: Desk, principal: Principal) -> None:
        self._desk = desk
        self.principal = principal
        self._known: set[str] = set()
        self._watched: dict[str, int] = {}
        self._conversations: dict[str, str] = {}

    def hello(self) -> View:
        """Return the first event."""
        with self._desk.reading() as session:
            at = now()
            return {
                "type": "hello",
                "queues": queue_counts(session, self._desk, self.principal, at),
                "off": off_view(session),
                **self._presence(session, at),
            }

    def watch(self, watched: Mapping[str, int]) -> list[View]:
        """Send the messages of these tickets from now on; return what the page has missed."""
        with self._desk.reading() as session:
            found = session.scalars(select(TicketRow).where(TicketRow.id.in_(watched))).all()
            seen = [ticket for ticket in found if is_visible(self.principal, ticket)]
            self._known |= {ticket.id for ticket in seen}
            self._watched = {ticket.id: watched[ticket.id] for ticket in seen}
            self._conversations = {ticket.conversation_id: ticket.id for ticket in seen}
            gone: list[View] = [{"type": "gone", "ticket": one} for one in watched.keys() - self._watched]
            return gone + self._messages(session, self._watched)

    def events(self, topics: Iterable[str]) -> list[View]:
        """Return the events of what changed."""
        kinds = _by_kind(topics)
        typing = [self._conversations.get(one.split(":")[0]) for one in kinds["typing"] if "customer" in one]
        found: list[View] = [{"type": "typing", "ticket": one, "who": "customer"} for one in typing if one]
        if any(kinds[kind] for kind in TOPICS if kind != "typing"):
            found += self._read(kinds)
        return found

    def _read(self, kinds: Mapping[str, set[str]]) -> list[View]:
        with self._desk.reading() as session:
            at = now()
            found = self._tickets(session, kinds["ticket"], kinds["conversation"], at)
            if kinds["queues"]:
                queues = queue_counts(session, self._desk, self.principal, at)
                found.append({"type": "queues", "queues": queues})
            if kinds["presence"] or kinds["ticket"]:
                found.append({"type": "presence", **self._presence(session, at)})
            if kinds["off"]:
                found.append({"type": "off", "off": off_view(session)})
        return found

    def _tickets(
        self, session: Session, ids: set[str], conversations: set[str], at: dt.datetime
    ) -> list[View]:
        if not ids and not conversations:
            return []
        # Notes of a lost connection name nothing: then everything that is open may have changed.
        everything = "" in ids | conversations
        of_conversation = TicketRow.conversation_id.in_(conversations) & (TicketRow.state != "resolved")
        wanted = TicketRow.state != "resolved" if everything else or_(TicketRow.id.in_(ids), of_conversation)
        found = [cast(Found, tuple(row)) for row in session.execute(found_tickets().where(wanted))]
        seen = [row for row in found if is_visible(self.principal, row[0])]
        lost = {row[0].id for row in found} - {row[0].id for row in seen}
        gone = sorted(lost & self._known)
        self._known = (self._known - lost) | {row[0].id for row in seen}
        events: list[View] = [{"type": "gone", "ticket": one} for one in gone]
        for one in lost:
            self._watched.pop(one, None)
        shown = summaries(session, self._desk, seen, at)
        # A resolved ticket may go on being looked at: its conversation is heard of by its own name.
        named = {self._conversations[one] for one in conversations & self._conversations.keys()}
        watched = set(self._watched) if everything else named | {row[0].id for row in seen}
        return (
            events + [{"type": "ticket", "ticket": one} for one in shown] + self._messages(session, watched)
        )

    def _messages(self, session: Session, ticket_ids: Iterable[str]) -> list[View]:
        events: list[View] = []
        owners = {ticket: conversation for conversation, ticket in self._conversations.items()}
        for ticket_id in ticket_ids:
            if ticket_id not in self._watched:
                continue
            while found := read_messages(session, owners[ticket_id], self._watched[ticket_id], _MESSAGES):
                self._watched[ticket_id] = found[-1].seq
                messages = [desk_message(one) for one in found]
                events.append({"type": "messages", "ticket": ticket_id, "messages": messages})
        return events

    def _presence(self, session: Session, at: dt.datetime) -> View:
        return {
            "presence": own_presence(session, self._desk, self.principal, at),
            "agents": all_presence(session, self._desk, at),
        }

    def holds(self, ticket_id: str) -> str | None:
        """Return the conversation of a ticket in the person's hand, None where it is not."""
        with self._desk.reading() as session:
            ticket = session.get(TicketRow, ticket_id)
            return ticket.conversation_id if ticket and is_held(ticket, self.principal) else None


def _by_kind(topics: Iterable[str]) -> Mapping[str, set[str]]:
    """Return the names of each kind; one without a name is an empty one."""
    kinds: dict[str, set[str]] = {kind: set() for kind in TOPICS}
    for topic in topics:
        kind, _, name = topic.partition(":")
        if kind in kinds:
            kinds[kind].add(name)
    return kinds
