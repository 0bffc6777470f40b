"""What helps an agent to answer: suggested replies, search, earlier conversations, what was masked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.audit import note as audit
from api.conversing.desk import Desk
from api.security.principal import Principal
from api.tickets.access import supervises, visible
from api.tickets.deeds import Deed
from api.tickets.views import View, intent_name, moment
from assistant.desk.conversations import customer_texts, read_messages
from assistant.desk.suggestions import suggest
from assistant.desk.tables import ConversationRow, CustomerRow, MessageRow, TicketRow
from assistant.types import DecisionContext, ScoredCandidate
from assistant.understanding.entities import find_entities
from knowledge_base.errors import InvalidInputError, NotFoundError
from knowledge_base.search.text import require_message

_FOUND = 10
_CONVERSATIONS = 50


def find_answers(desk: Desk, text: str, context: DecisionContext | None = None) -> Sequence[ScoredCandidate]:
    """Return the entries that the assistant finds for a text.

    Raises:
        InvalidInputError: The text is empty or too long.
    """
    decision, _ = desk.serving.assistant.decide(require_message(text), context or DecisionContext())
    return decision.candidates


def search_knowledge(desk: Desk, text: str) -> list[View]:
    """Return what the assistant finds for a text, best first, with the answers.

    Raises:
        InvalidInputError: The text is empty or too long.
    """
    entries = desk.serving.services.snapshot.entries
    best: dict[str, ScoredCandidate] = {}
    for one in sorted(find_answers(desk, text), key=lambda one: -one.confidence):
        best.setdefault(one.candidate.entry_id, one)
    known = [(entries[entry_id], one) for entry_id, one in best.items() if entry_id in entries]
    return [
        {
            "entry_id": entry.id,
            "question": entry.question,
            "text": desk.company.fill(entry.answer),
            "intent": entry.intent,
            "intent_name": intent_name(desk, entry.intent),
            "confidence": round(one.confidence, 4),
            "source": entry.source,
            "basis": [str(basis) for basis in entry.legal_basis],
        }
        for entry, one in known[:_FOUND]
    ]


def suggestions(desk: Desk, ticket: TicketRow, now: dt.datetime) -> list[View]:
    """Return three replies for the customer's last text, the best first."""
    with desk.reading() as session:
        asked = _last_text(session, ticket.conversation_id)
        history = customer_texts(session, ticket.conversation_id)
        conversation = session.get_one(ConversationRow, ticket.conversation_id)
    if asked is None:
        return []
    context = DecisionContext(
        channel=conversation.channel, segment=conversation.segment, history=history[:-1]
    )
    found = find_answers(desk, asked.text, context)
    entries = desk.serving.services.snapshot.entries
    with desk.transaction() as session:
        kept = session.get_one(TicketRow, ticket.id)
        shown = suggest(
            session, kept, asked.seq, asked.text, lambda _: found, entries, desk.company.fill, now
        )
    return [asdict(one) | {"confidence": round(one.confidence, 4)} for one in shown]


def history(session: Session, desk: Desk, principal: Principal, customer_id: str) -> View:
    """Return the conversations of a verified customer, the newest first.

    Raises:
        NotFoundError: There is no such customer, or no ticket of theirs that the person sees.
    """
    customer = session.get(CustomerRow, customer_id)
    theirs = (
        select(TicketRow.id)
        .join(ConversationRow, ConversationRow.id == TicketRow.conversation_id)
        .where(ConversationRow.customer_id == customer_id, visible(principal))
    )
    if customer is None or not (supervises(principal) or session.scalar(theirs.limit(1))):
        raise NotFoundError(f"There is no customer {customer_id[:40]!r} with a ticket in your queues.")
    found = select(ConversationRow).where(ConversationRow.customer_id == customer_id)
    rows = session.scalars(found.order_by(ConversationRow.created_at.desc()).limit(_CONVERSATIONS)).all()
    return {
        "customer": {"id": customer.id, "name": customer.name, "site": customer.site},
        "conversations": [_earlier(session, desk, row) for row in rows],
    }


def reveal(deed: Deed, ticket_id: str, what: str) -> str:
    """Return what is masked, and note in the audit log who saw it.

    Args:
        deed: Who asks.
        ticket_id: Of which ticket.
        what: ``message:SEQ``, or ``entity:N`` for one of the ticket's entities (from 0).

    Raises:
        NotFoundError: There is no such ticket, message or entity.
        InvalidInputError: That cannot be revealed.
    """
    ticket, _ = deed.locked(ticket_id)
    kind, _, number = what.partition(":")
    if kind not in ("message", "entity") or not (number.isascii() and number.isdigit() and len(number) < 10):
        raise InvalidInputError(f"{what!r} cannot be revealed; write 'message:SEQ' or 'entity:N'.")
    value = (
        _message_text(deed.session, ticket, int(number))
        if kind == "message"
        else _entity_text(deed.session, ticket, int(number), deed.now.date())
    )
    told = {"what": what, "number": ticket.number}
    audit(deed.session, deed.principal.actor, "customer.revealed", f"ticket:{ticket.id}", told)
    return value


def _message_text(session: Session, ticket: TicketRow, seq: int) -> str:
    found = read_messages(session, ticket.conversation_id, seq - 1, 1)
    if not found or found[0].seq != seq:
        raise NotFoundError(f"The conversation has no message {seq}.")
    return found[0].text


def _entity_text(session: Session, ticket: TicketRow, place: int, today: dt.date) -> str:
    wanted = ticket.entities[place] if place < len(ticket.entities) else {"kind": "", "masked": ""}
    for text in customer_texts(session, ticket.conversation_id, 200):
        for entity in find_entities(text, today):
            if (entity.kind, entity.masked) == (wanted["kind"], wanted["masked"]):
                return text[slice(*entity.span)]
    raise NotFoundError(f"The ticket has no entity {place} that stands in a message.")


def _last_text(session: Session, conversation_id: str) -> MessageRow | None:
    found = select(MessageRow).where(
        MessageRow.conversation_id == conversation_id,
        MessageRow.author == "customer",
        MessageRow.kind == "text",
    )
    return session.scalars(found.order_by(MessageRow.seq.desc()).limit(1)).one_or_none()


def _earlier(session: Session, desk: Desk, row: ConversationRow) -> View:
    rows = session.scalars(select(TicketRow).where(TicketRow.conversation_id == row.id)).all()
    return {
        "id": row.id,
        "channel": row.channel,
        "state": row.state,
        "created_at": row.created_at.isoformat(),
        "closed_at": moment(row.closed_at),
        "last_seq": row.last_seq,
        "rating": row.rating,
        "tickets": [
            {
                "id": ticket.id,
                "number": ticket.number,
                "queue_name": desk.queue_name(ticket.queue),
                "state": ticket.state,
                "summary": ticket.summary,
                "label": ticket.label,
                "created_at": ticket.created_at.isoformat(),
            }
            for ticket in rows
        ],
    }
