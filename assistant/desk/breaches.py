"""Deadlines that are late or soon will be, as rows for lists and files."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TextIO

from sqlalchemy import ColumnElement, ScalarSelect, case, false, func, or_, select
from sqlalchemy.orm import Session

from assistant.desk.complaint_steps import ENDED
from assistant.desk.deadlines import Deadline, DeadlineKind, complaint_deadlines_of, deadlines_of
from assistant.desk.rules import DeadlineRules
from assistant.desk.tables import ComplaintRow, ComplaintStepRow, MessageRow, TicketRow


@dataclass(frozen=True, slots=True)
class Timer:
    """A deadline with whose it is.

    Attributes:
        subject: What ``number`` is the number of.
        assignee: Who has the ticket, if anybody has.
        within_s: The time there was, in seconds.
        late_s: Seconds that it is, or was when it was met, beyond its due moment; below 0 before.
    """

    subject: Literal["ticket", "complaint"]
    number: str
    ticket_id: str
    queue: str
    level: int
    assignee: str | None
    kind: DeadlineKind
    due: dt.datetime
    met_at: dt.datetime | None
    within_s: int
    late_s: int
    basis: str


COLUMNS = tuple(Timer.__dataclass_fields__)


def breaches(
    session: Session, rules: DeadlineRules, now: dt.datetime, since: dt.datetime | None = None
) -> list[Timer]:
    """Return what is late, the latest first.

    Args:
        session: A session that may only read.
        rules: The limits.
        now: The moment that lateness is told at.
        since: Also what fell due from then on and was done late.
    """
    late = [
        timer
        for timer, deadline in _timers(session, rules, now, since)
        if deadline.is_breached(now) and (deadline.met_at is None or (since and deadline.due >= since))
    ]
    return sorted(late, key=lambda timer: (-timer.late_s, timer.number, timer.kind))


def near_breaches(session: Session, rules: DeadlineRules, now: dt.datetime) -> list[Timer]:
    """Return what is open and has used up the set share of its time, the next due first."""
    near = [
        timer
        for timer, deadline in _timers(session, rules, now, None)
        if deadline.is_near(now, rules.near_share)
    ]
    return sorted(near, key=lambda timer: (timer.due, timer.number, timer.kind))


def write_timers(timers: Iterable[Timer], stream: TextIO) -> None:
    """Write timers as CSV with a header; moments in RFC 3339.

    Open the stream with ``newline=""``, and ``utf-8-sig`` for Excel.
    """
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for timer in timers:
        fields = (getattr(timer, column) for column in COLUMNS)
        writer.writerow([f.isoformat() if isinstance(f, dt.datetime) else f for f in fields])


def first_reply() -> ScalarSelect[dt.datetime]:
    """Return, for a statement over tickets, when an agent answered first since the customer waits."""
    # A ticket that waits again with its old deadline owes the reply from its beginning.
    waits_anew = TicketRow.reply_by >= TicketRow.waiting_since
    start = case((waits_anew, TicketRow.waiting_since), else_=TicketRow.created_at)
    replied = select(func.min(MessageRow.at)).where(
        MessageRow.conversation_id == TicketRow.conversation_id,
        MessageRow.author == "agent",
        MessageRow.at >= start,
    )
    return replied.correlate(TicketRow).scalar_subquery()


def steps_by_number(session: Session, wanted: ColumnElement[bool]) -> Mapping[str, list[ComplaintStepRow]]:
    """Return by number the steps of the complaints that meet a condition, in order."""
    steps: dict[str, list[ComplaintStepRow]] = defaultdict(list)
    found = select(ComplaintStepRow).join(ComplaintRow, ComplaintRow.number == ComplaintStepRow.number)
    for row in session.scalars(found.where(wanted).order_by(ComplaintStepRow.id)):
        steps[row.number].append(row)
    return steps


def _timers(
    session: Session, rules: DeadlineRules, now: dt.datetime, since: dt.datetime | None
) -> Iterator[tuple[Timer, Deadline]]:
    yield from _ticket_timers(session, rules, now, since)
    yield from _complaint_timers(session, rules, now, since)


def _ticket_timers(
    session: Session, rules: DeadlineRules, now: dt.datetime, since: dt.datetime | None
) -> Iterator[tuple[Timer, Deadline]]:
    fell_due = or_(TicketRow.reply_by >= since, TicketRow.resolve_by >= since) if since else false()
    found = select(TicketRow, first_reply()).where(or_(TicketRow.state != "resolved", fell_due))
    for ticket, replied in session.execute(found):
        for deadline in deadlines_of(ticket, rules, replied):
            yield _timer("ticket", ticket.number, ticket, deadline, now), deadline


def _complaint_timers(
    session: Session, rules: DeadlineRules, now: dt.datetime, since: dt.datetime | None
) -> Iterator[tuple[Timer, Deadline]]:
    columns = (ComplaintRow.accept_by, ComplaintRow.decide_by, ComplaintRow.review_by)
    fell_due: list[ColumnElement[bool]] = [column >= since for column in columns] if since else []
    wanted = or_(ComplaintRow.step.not_in(ENDED), *fell_due)
    steps = steps_by_number(session, wanted)
    found = select(ComplaintRow, TicketRow).join(TicketRow, TicketRow.id == ComplaintRow.ticket_id)
    rows = session.execute(found.where(wanted)).all()
    for complaint, ticket in rows:
        for deadline in complaint_deadlines_of(complaint, steps[complaint.number], rules, now):
            yield _timer("complaint", complaint.number, ticket, deadline, now), deadline


def _timer(
    subject: Literal["ticket", "complaint"],
    number: str,
    ticket: TicketRow,
    deadline: Deadline,
    now: dt.datetime,
) -> Timer:
    late = (deadline.met_at or now) - deadline.due
    return Timer(
        subject=subject,
        number=number,
        ticket_id=ticket.id,
        queue=ticket.queue,
        level=ticket.level,
        assignee=ticket.assignee,
        kind=deadline.kind,
        due=deadline.due,
        met_at=deadline.met_at,
        within_s=int(deadline.within.total_seconds()),
        late_s=int(late.total_seconds()),
        basis=deadline.basis,
    )
