"""What changes until when a complaint must be decided: a stop, an extension, a new matter, a review."""

from __future__ import annotations

import datetime as dt
from typing import get_args

from sqlalchemy.orm import Session

from assistant.desk.complaint_steps import RUNNING, PauseReason, require_next
from assistant.desk.complaints import keep, locked_complaint, start_clock, steps_of
from assistant.desk.deadlines import decide_limit
from assistant.desk.rules import DeskRules
from assistant.desk.tables import ComplaintRow, TicketRow
from assistant.desk.tickets import CUSTOMER, SYSTEM
from knowledge_base.errors import ConflictError, InvalidInputError


def pause(
    session: Session, number: str, reason: PauseReason, actor: str, now: dt.datetime, note: str = ""
) -> ComplaintRow:
    """Stop the clock during appraisal or mediation.

    Raises:
        NotFoundError: There is no such complaint.
        InvalidInputError: The reason stops no clock.
        ConflictError: It stands still already, or nothing is owed any more.
    """
    if reason not in get_args(PauseReason):
        reasons = ", ".join(get_args(PauseReason))
        raise InvalidInputError(f"{reason!r} stops no clock; these do: {reasons}.")
    row = _running(session, number)
    if row.paused_since:
        raise ConflictError(f"The clock of complaint {number!r} is stopped already.")
    row.paused_since, row.pause_reason = now, reason
    keep(session, row, "paused", actor, now, note)
    return row


def resume(session: Session, number: str, actor: str, now: dt.datetime, note: str = "") -> ComplaintRow:
    """Let the clock go on.

    Raises:
        NotFoundError: There is no such complaint.
        ConflictError: It is not stopped.
    """
    row = locked_complaint(session, number)
    if row.paused_since is None:
        raise ConflictError(f"The clock of complaint {number!r} is not stopped. Load it again.")
    start_clock(row, now)
    keep(session, row, "resumed", actor, now, note)
    return row


def extend(
    session: Session, number: str, approver: str, rules: DeskRules, now: dt.datetime, note: str = ""
) -> ComplaintRow:
    """Give a complex complaint more time, once; somebody approves it who does not handle it.

    The customer has to be told.

    Raises:
        NotFoundError: There is no such complaint.
        InvalidInputError: The approver handles it.
        ConflictError: It is simple, extended already, late already, stopped, or nothing is owed.
    """
    row = _running(session, number)
    fault = _not_extendable(row, now)
    if fault:
        raise ConflictError(f"Complaint {number!r} cannot be extended: it {fault}.")
    if approver in _handlers(session, row):
        raise InvalidInputError(f"{approver!r} handles complaint {number!r}; somebody else has to approve.")
    row.decide_by += rules.deadlines.complaint_extension.within
    row.extended_by = approver
    keep(session, row, "extended", approver, now, note)
    return row


def reopen(
    session: Session, number: str, actor: str, rules: DeskRules, now: dt.datetime, note: str = ""
) -> ComplaintRow:
    """Begin again for new facts or reasons: the time for a decision starts anew (投诉办法第18条).

    Raises:
        NotFoundError: There is no such complaint.
        ConflictError: It is still being handled.
    """
    row = locked_complaint(session, number)
    _step(row, "reopened")
    row.reopened += 1
    row.decide_by = now + decide_limit(rules.deadlines, complicated=row.complex).within
    row.extended_by, row.review_by, row.satisfied = None, None, None
    keep(session, row, "reopened", actor, now, note)
    return row


def ask_review(
    session: Session, number: str, actor: str, rules: DeskRules, now: dt.datetime, note: str = ""
) -> ComplaintRow:
    """Let the higher level look at a decision that the customer does not accept, once.

    Raises:
        NotFoundError: There is no such complaint.
        ConflictError: No decision was told, it was reviewed, or the time to ask is over.
    """
    row = locked_complaint(session, number)
    if row.review_by:
        raise ConflictError(f"The decision on complaint {number!r} was reviewed already.")
    _step(row, "review")
    told = max(step.at for step in steps_of(session, row.number) if step.step == "told")
    asked_by = told + rules.deadlines.review_asked.within
    if now > asked_by:
        raise ConflictError(
            f"A review of complaint {number!r} could be asked for until {asked_by.isoformat()}. "
            "With new facts it can be reopened."
        )
    row.review_by = now + rules.deadlines.review_decided.within
    keep(session, row, "review", actor, now, note)
    return row


def is_running(row: ComplaintRow) -> bool:
    """Tell whether the company still owes the customer a decision."""
    return row.step in RUNNING


def may_extend(row: ComplaintRow, now: dt.datetime) -> bool:
    """Tell whether a complaint may get more time now, if the right person approves it."""
    return is_running(row) and _not_extendable(row, now) is None


def _step(row: ComplaintRow, step: str) -> None:
    require_next(row.step, step)  # type: ignore[arg-type]
    row.step = step


def _running(session: Session, number: str) -> ComplaintRow:
    row = locked_complaint(session, number)
    if not is_running(row):
        raise ConflictError(f"Complaint {number!r} is {row.step!r}: no decision is owed any more.")
    return row


def _not_extendable(row: ComplaintRow, now: dt.datetime) -> str | None:
    faults = {
        "is simple; classify it as complex": not row.complex,
        "was extended already": row.extended_by is not None,
        "is under review": row.review_by is not None,
        "is stopped; resume it first": row.paused_since is not None,
        "is late already": now > row.decide_by,
    }
    return next((fault for fault, holds in faults.items() if holds), None)


def _handlers(session: Session, row: ComplaintRow) -> set[str | None]:
    """Return everybody who did anything about a complaint, and who has its ticket."""
    ticket = session.get(TicketRow, row.ticket_id)
    actors = {step.actor for step in steps_of(session, row.number)} - {CUSTOMER, SYSTEM}
    return {*actors, ticket.assignee if ticket else None}
