"""Complaints: sorted and moved on step by step, each step with time and person.

Free texts are stored masked. A complaint outlives its ticket; moving the ticket, and
telling the customer, is up to who calls.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.desk.complaint_numbers import read_number
from assistant.desk.complaint_steps import ComplaintDeed, ComplaintStep, require_next
from assistant.desk.deadlines import decide_limit, moved_on
from assistant.desk.rules import DeskRules
from assistant.desk.signals import signal
from assistant.desk.tables import ComplaintRow, ComplaintStepRow, ConversationRow
from knowledge_base.errors import ConflictError, InvalidInputError, NotFoundError
from knowledge_base.personal_data import mask_where_needed
from knowledge_base.taxonomy import shipped_taxonomy

_BY_THEMSELVES = {"reopened": "reopen", "review": "ask_review"}


def classify(
    session: Session,
    number: str,
    actor: str,
    rules: DeskRules,
    now: dt.datetime,
    *,
    category: str,
    cause: str,
    complicated: bool,
    note: str = "",
) -> ComplaintRow:
    """Accept a complaint: sort it, and set how long it may take.

    Raises:
        NotFoundError: There is no such complaint.
        InvalidInputError: There is no such category or cause.
        ConflictError: It is accepted already.
    """
    require_category(category)
    if cause not in rules.complaint_causes:
        known = ", ".join(rules.complaint_causes)
        raise InvalidInputError(f"{cause!r} is no cause of a complaint; they are {known}.")
    row = locked_complaint(session, number)
    before, after = (decide_limit(rules.deadlines, complicated=c).within for c in (row.complex, complicated))
    _move(session, row, "classified", actor, now, note)
    row.category, row.cause, row.complex = category, cause, complicated
    row.decide_by += after - before
    return row


def advance(
    session: Session, number: str, step: ComplaintStep, actor: str, now: dt.datetime, note: str = ""
) -> ComplaintRow:
    """Move a complaint on to the next step, or withdraw it for the customer.

    Raises:
        NotFoundError: There is no such complaint.
        InvalidInputError: There is no such step, it has a function of its own, or the same
            person would decide again on review.
        ConflictError: The step may not follow now, or the clock is stopped.
    """
    if step in _BY_THEMSELVES or step == "classified":
        own = _BY_THEMSELVES.get(step, "classify")
        raise InvalidInputError(f"{step!r} is more than a step; use {own!r}.")
    row = locked_complaint(session, number)
    if row.step == "review" and actor in {
        s.actor for s in steps_of(session, row.number) if s.step == "decided"
    }:
        raise InvalidInputError(f"{actor!r} made the decision under review; somebody else has to review it.")
    _move(session, row, step, actor, now, note)
    return row


def record_satisfaction(session: Session, number: str, *, satisfied: bool) -> ComplaintRow:
    """Keep whether the customer is satisfied.

    Raises:
        NotFoundError: There is no such complaint.
        ConflictError: The customer was not asked.
    """
    row = locked_complaint(session, number)
    if row.step not in ("satisfaction_asked", "closed"):
        raise ConflictError(f"Complaint {number!r} is {row.step!r}: the customer was not asked yet.")
    row.satisfied = satisfied
    changed(session, row)
    return row


def start_clock(row: ComplaintRow, now: dt.datetime) -> None:
    """Let a stopped clock go on: what is owed is due later by the time it stood still."""
    since = row.paused_since
    if since and row.review_by:  # the first decision was told before
        row.review_by = moved_on(row.review_by, since, now)
    elif since:
        row.decide_by = moved_on(row.decide_by, since, now)
    row.paused_since, row.pause_reason = None, None


def locked_complaint(session: Session, number: str) -> ComplaintRow:
    """Return a complaint by the number as it is typed, locked until the transaction ends.

    Raises:
        NotFoundError: There is none.
    """
    known = read_number(number)
    found = select(ComplaintRow).where(ComplaintRow.number == known).with_for_update()
    row = session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise _unknown(number)
    return row


def find_complaint(session: Session, number: str) -> ComplaintRow | None:
    """Return the complaint whose number was typed, if there is one."""
    known = read_number(number)
    return session.get(ComplaintRow, known) if known else None


def own_complaint(session: Session, number: str, conversation: ConversationRow) -> ComplaintRow:
    """Return a customer's own complaint: of this conversation, or of another one of theirs.

    Raises:
        NotFoundError: There is none, or it is another customer's: the two look alike.
    """
    row = find_complaint(session, number)
    origin = session.get(ConversationRow, row.conversation_id) if row else None
    if row is None or origin is None or not _is_same_customer(origin, conversation):
        raise _unknown(number)
    return row


def steps_of(session: Session, number: str) -> Sequence[ComplaintStepRow]:
    """Return the steps and deeds of a complaint in order."""
    found = select(ComplaintStepRow).where(ComplaintStepRow.number == number)
    return session.scalars(found.order_by(ComplaintStepRow.id)).all()


def keep(
    session: Session,
    row: ComplaintRow,
    step: ComplaintStep | ComplaintDeed,
    actor: str,
    now: dt.datetime,
    note: str,
) -> None:
    """Keep a step or a deed with time and person; the note is masked."""
    masked = mask_where_needed(note).strip()
    session.add(ComplaintStepRow(number=row.number, step=step, at=now, actor=actor, note=masked))
    session.flush()
    changed(session, row)


def _move(
    session: Session, row: ComplaintRow, step: ComplaintStep, actor: str, now: dt.datetime, note: str
) -> None:
    require_next(cast(ComplaintStep, row.step), step)
    if row.paused_since and step != "withdrawn":
        raise ConflictError(f"The clock of complaint {row.number!r} is stopped. Resume it first.")
    start_clock(row, now)
    row.step = step
    keep(session, row, step, actor, now, note)


def changed(session: Session, row: ComplaintRow) -> None:
    """Tell those who look at the ticket of a complaint."""
    signal(session, f"ticket:{row.ticket_id}")


def _is_same_customer(one: ConversationRow, other: ConversationRow) -> bool:
    return one.id == other.id or (one.customer_id is not None and one.customer_id == other.customer_id)


def require_category(category: str) -> None:
    """Check that a category is one of the complaint classes.

    Raises:
        InvalidInputError: It is none.
    """
    classes = shipped_taxonomy().complaints
    if category not in classes:
        raise InvalidInputError(
            f"{category!r} is no class of complaints; they are {', '.join(sorted(classes))}."
        )


def _unknown(number: str) -> NotFoundError:
    return NotFoundError(
        f"There is no complaint {number[:40]!r} of yours. Check the number for a wrong digit."
    )
