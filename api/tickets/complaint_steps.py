"""A complaint goes on by a step or deed; the customer is told what concerns them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast, get_args

from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.security.errors import ForbiddenError
from api.security.principal import Principal
from api.tickets.access import require_visible, supervises
from api.tickets.deeds import Deed
from api.tickets.views import View
from assistant.desk import complaint_clock as clock
from assistant.desk.complaint_steps import ComplaintStep, PauseReason
from assistant.desk.complaints import advance, classify, find_complaint, record_satisfaction
from assistant.desk.conversations import append, locked
from assistant.desk.tables import ComplaintRow
from assistant.desk.types import NewMessage
from knowledge_base.errors import InvalidInputError, NotFoundError

Step = Literal[ComplaintStep, "paused", "resumed", "extended"]


@dataclass(frozen=True, slots=True)
class WantedStep:
    """What is done about a complaint; see docs/service.md."""

    step: Step
    note: str = ""
    category: str | None = None
    cause: str | None = None
    complicated: bool = False
    reason: str | None = None
    satisfied: bool | None = None


def visible_complaint(session: Session, principal: Principal, number: str) -> ComplaintRow:
    """Return a complaint by the number as typed.

    Raises:
        NotFoundError: There is none, or its ticket is not one that the person sees.
    """
    row = find_complaint(session, number)
    if row is None:
        raise NotFoundError(f"There is no complaint {number[:40]!r}. Check the number for a wrong digit.")
    require_visible(session, principal, row.ticket_id)
    return row


def take_step(deed: Deed, number: str, wanted: WantedStep) -> ComplaintRow:
    """Do a step or deed.

    Raises:
        NotFoundError: There is no such complaint for them.
        InvalidInputError: Something is missing or not known.
        ForbiddenError: Only a supervisor extends.
        ConflictError: It may not follow now.
    """
    row = visible_complaint(deed.session, deed.principal, number)
    # The conversation is locked before anything else, as everywhere.
    conversation = locked(deed.session, row.conversation_id)
    row = _step(deed, row.number, wanted)
    if wanted.satisfied is not None:
        row = record_satisfaction(deed.session, row.number, satisfied=wanted.satisfied)
    text = _told(deed.desk, row, wanted)
    if text:
        append(deed.session, conversation, NewMessage("system", text, kind="notice"), deed.now)
    return row


def _step(deed: Deed, number: str, wanted: WantedStep) -> ComplaintRow:
    session, actor, now, rules = deed.session, deed.principal.actor, deed.now, deed.desk.rules
    match wanted.step:
        case "classified":
            return _classify(deed, number, wanted)
        case "paused":
            if wanted.reason not in get_args(PauseReason):
                raise InvalidInputError(f"A pause needs a reason: {' or '.join(get_args(PauseReason))}.")
            return clock.pause(session, number, cast(PauseReason, wanted.reason), actor, now, wanted.note)
        case "resumed":
            return clock.resume(session, number, actor, now, wanted.note)
        case "extended":
            if not supervises(deed.principal):
                raise ForbiddenError("Only a supervisor who does not handle the complaint may extend it.")
            return clock.extend(session, number, actor, rules, now, wanted.note)
        case "reopened":
            return clock.reopen(session, number, actor, rules, now, wanted.note)
        case "review":
            return clock.ask_review(session, number, actor, rules, now, wanted.note)
        case step:
            return advance(session, number, step, actor, now, wanted.note)


def _classify(deed: Deed, number: str, wanted: WantedStep) -> ComplaintRow:
    if not wanted.category or not wanted.cause:
        raise InvalidInputError("To accept a complaint, 'category' and 'cause' have to be given.")
    return classify(
        deed.session,
        number,
        deed.principal.actor,
        deed.desk.rules,
        deed.now,
        category=wanted.category,
        cause=wanted.cause,
        complicated=wanted.complicated,
        note=wanted.note,
    )


def _told(desk: Desk, row: ComplaintRow, wanted: WantedStep) -> str | None:
    """Return what the customer reads of a deed that moves the deadline."""
    if wanted.step not in ("extended", "paused", "resumed"):
        return None
    reason = desk.notices.pause(cast(PauseReason, wanted.reason)) if wanted.step == "paused" else ""
    due = row.review_by or row.decide_by
    return desk.notices.text(
        wanted.step, "complaint", number=row.number, due=desk.local_day(due), reason=reason
    )


def choices(desk: Desk) -> View:
    """Return the categories and causes that a complaint is sorted by."""
    return {
        "categories": [
            {"id": one, "name": desk.taxonomy.intents[one].name} for one in sorted(desk.taxonomy.complaints)
        ],
        "causes": [{"id": one, "name": name} for one, name in desk.rules.complaint_causes.items()],
    }
