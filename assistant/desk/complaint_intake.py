"""Takes a complaint in: gives it a number, and asks what happened, when, and what is wanted."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.desk.complaint_numbers import new_number
from assistant.desk.complaint_steps import ENDED
from assistant.desk.complaints import changed, keep, locked_complaint, require_category
from assistant.desk.rules import DeskRules
from assistant.desk.tables import ComplaintRow, TicketRow
from assistant.desk.tickets import CUSTOMER
from knowledge_base.errors import InvalidInputError
from knowledge_base.personal_data import mask_where_needed

Intake = Literal["what", "happened", "wanted"]
INTAKE: tuple[Intake, ...] = ("what", "happened", "wanted")
"""What is asked, in this order: what happened, when, and what the customer wants."""

_LONGEST: dict[Intake, int] = {"what": 4000, "happened": 120, "wanted": 2000}


def open_complaint(
    session: Session, ticket: TicketRow, category: str, rules: DeskRules, now: dt.datetime
) -> ComplaintRow:
    """Register the complaint of a ticket; one that is registered and not ended is returned as it is.

    Raises:
        InvalidInputError: The category is none of the complaint classes.
    """
    require_category(category)
    present = complaint_of(session, ticket.conversation_id)
    if present:
        return present
    limits = rules.deadlines
    row = ComplaintRow(
        number=_free_number(session, rules, now),
        ticket_id=ticket.id,
        conversation_id=ticket.conversation_id,
        category=category,
        what="",
        happened="",
        wanted="",
        complex=False,
        step="received",
        received_at=now,
        accept_by=now + limits.complaint_accepted.within,
        decide_by=now + limits.complaint_simple.within,
        reopened=0,
    )
    session.add(row)
    session.flush()
    keep(session, row, "received", CUSTOMER, now, "")
    return row


def complaint_of(session: Session, conversation_id: str) -> ComplaintRow | None:
    """Return the newest complaint of a conversation that is not ended."""
    found = (
        select(ComplaintRow)
        .where(ComplaintRow.conversation_id == conversation_id, ComplaintRow.step.not_in(ENDED))
        .order_by(ComplaintRow.received_at.desc(), ComplaintRow.number)
        .limit(1)
    )
    return session.scalars(found).one_or_none()


def add_intake(session: Session, number: str, field: Intake, text: str) -> ComplaintRow:
    """Add to what the customer told: later bits stand below the earlier ones.

    Raises:
        NotFoundError: There is no such complaint.
        InvalidInputError: Nothing is told, or too much.
    """
    row = locked_complaint(session, number)
    told = mask_where_needed(text).strip()
    whole = "\n".join(filter(None, (getattr(row, field), told)))
    if not told or len(whole) > _LONGEST[field]:
        raise InvalidInputError(
            f"{field!r} would have {len(whole) if told else 0} characters; 1 to {_LONGEST[field]} are kept."
        )
    setattr(row, field, whole)
    changed(session, row)
    return row


def missing(complaint: ComplaintRow) -> tuple[Intake, ...]:
    """Return what the customer has not told yet, in the order it is asked."""
    return tuple(field for field in INTAKE if not getattr(complaint, field))


def _free_number(session: Session, rules: DeskRules, now: dt.datetime) -> str:
    while True:
        number = new_number(now, rules.hours.time_zone)
        if session.get(ComplaintRow, number) is None:
            return number
