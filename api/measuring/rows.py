"""The rows behind a figure, masked, as far as the one who asks may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.roles import Permission
from api.conversing.desk import Desk
from api.measuring.asking import Asked
from api.security.principal import Principal
from api.tickets.access import visible
from api.tickets.views import View, intent_name, moment
from assistant.decision_log import DecisionRow
from assistant.desk.tables import ComplaintRow, ConversationRow, TicketRow
from evaluation.online.counting import FAMILIES, family_of, refs_behind
from evaluation.online.definitions import BY_ID
from evaluation.online.facts.family import Family, Reference
from knowledge_base.errors import InvalidInputError
from knowledge_base.personal_data import mask_where_needed

MOST = 100
_TEXTS = 3


def rows_behind(
    session: Session, desk: Desk, principal: Principal, asked: Asked, measure: str, more: Sequence[Family]
) -> list[View]:
    """Return what one sees who looks closer at a measure, the newest day first.

    A ticket is named where the one who asks may see it at the desk; all texts are masked.

    Raises:
        InvalidInputError: Nothing stands behind that measure.
    """
    about = BY_ID.get(measure)
    if about is None or not about.shows:
        raise InvalidInputError(f"There are no rows behind {measure!r}. Load the dashboard again.")
    column = about.columns[-1]
    family = family_of(column, (*FAMILIES, *more))
    scope = asked.scope(session, desk)
    found = refs_behind(session, family, column, about.shows, scope, asked.wanted, MOST)
    told = _SHOWN[family.refers_to](session, desk, principal, [ref for _, ref, _ in found])
    return [{"day": day, "value": value, **told[ref]} for day, ref, value in found if ref in told]


def _decisions(session: Session, desk: Desk, principal: Principal, refs: Sequence[str]) -> Mapping[str, View]:
    rows = session.scalars(select(DecisionRow).where(DecisionRow.id.in_(refs)))
    return {row.id: _decision(desk, row) for row in rows}


def _decision(desk: Desk, row: DecisionRow) -> View:
    return {
        "at": moment(row.decided_at),
        "text": row.text,
        "about": intent_name(desk, row.intent),
        "channel": row.channel,
        "outcome": row.action,
        "confidence": row.confidence,
        "seconds": row.elapsed_ms / 1000,
    }


def _conversations(
    session: Session, desk: Desk, principal: Principal, refs: Sequence[str]
) -> Mapping[str, View]:
    rows = session.scalars(select(ConversationRow).where(ConversationRow.id.in_(refs))).all()
    asked = select(DecisionRow).where(DecisionRow.conversation_id.in_(refs))
    texts: dict[str, list[str]] = {}
    for decision in session.scalars(asked.order_by(DecisionRow.decided_at.desc())):
        texts.setdefault(str(decision.conversation_id), []).append(decision.text)
    tickets = _visible_tickets(session, principal, TicketRow.conversation_id.in_(refs))
    numbers = {row.conversation_id: row for row in tickets}
    return {
        row.id: {
            "at": moment(row.changed_at),
            "text": "\n".join(texts.get(row.id, [])[:_TEXTS][::-1]) or "（没有文字）",
            "channel": row.channel,
            "rating": row.rating,
            "comment": row.rating_comment,
            **_named(numbers.get(row.id)),
        }
        for row in rows
    }


def _tickets(session: Session, desk: Desk, principal: Principal, refs: Sequence[str]) -> Mapping[str, View]:
    seen = {row.id for row in _visible_tickets(session, principal, TicketRow.id.in_(refs))}
    rows = session.scalars(select(TicketRow).where(TicketRow.id.in_(refs)))
    return {
        row.id: {
            "at": moment(row.created_at),
            "text": mask_where_needed(row.summary),
            "about": intent_name(desk, row.intent) if row.intent else None,
            "queue": desk.queue_name(row.queue),
            "outcome": row.reason,
            **_named(row if row.id in seen else None),
        }
        for row in rows
    }


def _complaints(
    session: Session, desk: Desk, principal: Principal, refs: Sequence[str]
) -> Mapping[str, View]:
    found = select(ComplaintRow, TicketRow).join(TicketRow, TicketRow.id == ComplaintRow.ticket_id)
    asked = session.execute(found.where(ComplaintRow.number.in_(refs)))
    rows: list[tuple[ComplaintRow, TicketRow]] = [(row[0], row[1]) for row in asked]
    tickets = _visible_tickets(session, principal, TicketRow.id.in_([row[1].id for row in rows]))
    seen = {row.id for row in tickets}
    return {
        row.number: {
            "at": moment(row.received_at),
            "text": mask_where_needed(row.what) or mask_where_needed(ticket.summary),
            "about": intent_name(desk, row.category),
            "outcome": row.step,
            **_named(ticket if ticket.id in seen else None),
        }
        for row, ticket in rows
    }


def _visible_tickets(session: Session, principal: Principal, which: Any) -> list[TicketRow]:
    if Permission.TICKETS_WORK not in principal.permissions:
        return []
    return list(session.scalars(select(TicketRow).where(which, visible(principal))))


def _named(ticket: TicketRow | None) -> View:
    return {"ticket": {"id": ticket.id, "number": ticket.number}} if ticket else {}


_SHOWN: Mapping[Reference, Any] = {
    "decision": _decisions,
    "conversation": _conversations,
    "ticket": _tickets,
    "complaint": _complaints,
}
