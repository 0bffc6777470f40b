"""Asks customers some days later how it went: what is due, and what they said."""

from __future__ import annotations

import datetime as dt
import uuid
from contextlib import suppress
from typing import Literal, get_args

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from assistant.desk.rules import FollowUpRules
from assistant.desk.signals import signal
from assistant.desk.tables import ComplaintRow, FollowUpRow, TicketRow
from knowledge_base.errors import ConflictError, InvalidInputError, NotFoundError
from knowledge_base.personal_data import mask_where_needed
from knowledge_base.taxonomy import shipped_taxonomy

FollowUpKind = Literal["complaint", "claim"]
FollowUpOutcome = Literal["solved", "unsolved", "no_answer"]


def plan_follow_up(
    session: Session, ticket: TicketRow, rules: FollowUpRules, now: dt.datetime
) -> FollowUpRow | None:
    """Plan to ask the customer of a ticket that is resolved now, if it was a complaint or a claim.

    A plan that is not done is put off instead of doubled.
    """
    kind = follow_up_kind(session, ticket)
    if kind is None:
        return None
    due = now + (rules.complaint if kind == "complaint" else rules.claim)
    found = select(FollowUpRow).where(FollowUpRow.ticket_id == ticket.id, FollowUpRow.done_at.is_(None))
    row = session.scalars(found.with_for_update()).one_or_none()
    if row is None:
        row = FollowUpRow(id=uuid.uuid4().hex, ticket_id=ticket.id, conversation_id=ticket.conversation_id)
        session.add(row)
    row.kind, row.due_at = kind, due
    session.flush()
    return row


def follow_up_kind(session: Session, ticket: TicketRow) -> FollowUpKind | None:
    """Return how a ticket is followed up: as a complaint, a claim, or not at all."""
    complained = session.scalar(select(exists().where(ComplaintRow.ticket_id == ticket.id)))
    if complained or ticket.concern in shipped_taxonomy().complaints or ticket.queue == "complaints":
        return "complaint"
    intent = shipped_taxonomy().intents.get(ticket.intent or "")
    is_claim = ticket.queue == "claims" or (intent is not None and intent.domain == "claims")
    return "claim" if is_claim else None


def due_follow_ups(
    session: Session, now: dt.datetime, tickets: ColumnElement[bool] | None = None, limit: int = 200
) -> list[FollowUpRow]:
    """Return what is due and not done, the longest due first; of ``tickets`` that meet a condition."""
    found = select(FollowUpRow).where(FollowUpRow.done_at.is_(None), FollowUpRow.due_at <= now)
    if tickets is not None:
        found = found.join(TicketRow, TicketRow.id == FollowUpRow.ticket_id).where(tickets)
    return list(session.scalars(found.order_by(FollowUpRow.due_at, FollowUpRow.id).limit(limit)))


def answer_follow_up(
    session: Session, conversation_id: str, now: dt.datetime, *, solved: bool, actor: str
) -> bool:
    """Record what a customer answered by rating; tell whether a follow-up was due in the conversation."""
    due = due_follow_ups(session, now, TicketRow.conversation_id == conversation_id)
    for row in due:
        with suppress(ConflictError):  # an agent who recorded it meanwhile does not keep a rating out
            finish_follow_up(session, row.id, "solved" if solved else "unsolved", actor, now)
    return bool(due)


def finish_follow_up(
    session: Session,
    follow_up_id: str,
    outcome: FollowUpOutcome,
    actor: str,
    now: dt.datetime,
    note: str = "",
) -> FollowUpRow:
    """Record what the customer said; the note is masked.

    Raises:
        NotFoundError: There is no such follow-up.
        InvalidInputError: There is no such outcome.
        ConflictError: It is done already.
    """
    if outcome not in get_args(FollowUpOutcome):
        raise InvalidInputError(
            f"{outcome!r} is no outcome; they are {', '.join(get_args(FollowUpOutcome))}."
        )
    row = session.get(FollowUpRow, follow_up_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError(f"There is no follow-up {follow_up_id[:40]!r}. Load the list again.")
    if row.done_at:
        raise ConflictError(
            f"Somebody else has done this follow-up already ({row.outcome!r}). Load it again."
        )
    row.done_at, row.actor, row.outcome = now, actor, outcome
    row.note = mask_where_needed(note).strip() or None
    session.flush()
    signal(session, f"ticket:{row.ticket_id}")
    return row
