"""Until when a customer must be answered, and a complaint accepted, decided and reviewed.

Replies count working time; all else counts natural time. A complaint's clock stops
during appraisal and mediation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.desk.complaint_steps import ComplaintStep
from assistant.desk.hours import OpeningHours
from assistant.desk.priorities import priority_of
from assistant.desk.rules import DeadlineRules, Limit
from assistant.desk.tables import ComplaintRow, ComplaintStepRow, TicketRow
from assistant.desk.tickets import Terms
from assistant.desk.types import Handover, TicketReason
from assistant.types import Urgency

DeadlineKind = Literal["reply", "resolve", "accept", "decide", "review"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing that is owed until a moment.

    Attributes:
        within: The time there was for it.
        basis: The rule that says so.
        met_at: When it was done, if it is.
        paused: The clock stands still.
    """

    kind: DeadlineKind
    due: dt.datetime
    within: dt.timedelta
    basis: str
    met_at: dt.datetime | None = None
    paused: bool = False

    def is_breached(self, now: dt.datetime) -> bool:
        """Tell whether it was, or still is, late."""
        return (self.met_at or now) > self.due

    def is_near(self, now: dt.datetime, share: float) -> bool:
        """Tell whether it is open, not late, and the ``share`` of its time is over."""
        left = self.due - now
        return (
            self.met_at is None and not self.paused and dt.timedelta(0) <= left <= (1 - share) * self.within
        )


def terms_of(handover: Handover, hours: OpeningHours, now: dt.datetime) -> Terms:
    """Return priority and deadlines of a ticket that is opened now."""
    rules = hours.rules
    within = resolve_limit(rules.deadlines, handover.urgency, handover.reason).within
    return Terms(
        priority_of(handover.urgency, handover.reason, handover.queue, rules.priorities),
        reply_due(hours, handover.queue, now),
        now + within,
    )


def renewed_terms(ticket: TicketRow, queue: str, hours: OpeningHours, now: dt.datetime) -> Terms:
    """Return a ticket's terms for a customer who waits anew in a queue from now on."""
    return Terms(ticket.priority, reply_due(hours, queue, now), ticket.resolve_by)


def reply_due(hours: OpeningHours, queue: str, now: dt.datetime) -> dt.datetime | None:
    """Return until when a customer who waits from now on is to be answered.

    None where the queue does not open again.
    """
    return hours.after_working(queue, now, hours.rules.deadlines.reply.within)


def resolve_limit(rules: DeadlineRules, urgency: Urgency | str, reason: TicketReason | str) -> Limit:
    """Return the limit of a general or a major case."""
    is_major = urgency in ("high", "immediate") or reason == "complex_case"
    return rules.major if is_major else rules.general


def deadlines_of(
    ticket: TicketRow, rules: DeadlineRules, replied_at: dt.datetime | None = None
) -> tuple[Deadline, ...]:
    """Return the deadlines of a ticket.

    Args:
        ticket: The ticket.
        rules: The limits.
        replied_at: When an agent answered first since the customer waits
            (``breaches.first_reply``).
    """
    found = []
    if ticket.reply_by:
        # Who went back to the assistant, or was called back, waits for no reply any more.
        met = replied_at or ticket.resolved_at
        found.append(Deadline("reply", ticket.reply_by, rules.reply.within, rules.reply.basis, met))
    if ticket.resolve_by:
        limit = resolve_limit(rules, ticket.urgency, ticket.reason)
        found.append(Deadline("resolve", ticket.resolve_by, limit.within, limit.basis, ticket.resolved_at))
    return tuple(found)


def decide_limit(rules: DeadlineRules, *, complicated: bool) -> Limit:
    """Return how long a complaint may take from its receipt to the customer's being told."""
    return rules.complaint_complex if complicated else rules.complaint_simple


def complaint_deadlines_of(
    complaint: ComplaintRow, steps: Sequence[ComplaintStepRow], rules: DeadlineRules, now: dt.datetime
) -> tuple[Deadline, ...]:
    """Return the deadlines of a complaint; ``steps`` are all of its steps in order."""
    accept = rules.complaint_accepted
    accepted = Deadline(
        "accept", complaint.accept_by, accept.within, accept.basis, _first(steps, "classified", "withdrawn")
    )
    return accepted, _decision(complaint, steps, rules, now), *_review(complaint, steps, rules, now)


def _decision(
    complaint: ComplaintRow, steps: Sequence[ComplaintStepRow], rules: DeadlineRules, now: dt.datetime
) -> Deadline:
    limit = decide_limit(rules, complicated=complaint.complex)
    within, basis = limit.within, limit.basis
    if complaint.extended_by:
        within, basis = within + rules.complaint_extension.within, rules.complaint_extension.basis
    met = _first(_since(steps, "reopened"), "told", "withdrawn")
    return _stoppable("decide", complaint, complaint.decide_by, Limit(within=within, basis=basis), met, now)


def _review(
    complaint: ComplaintRow, steps: Sequence[ComplaintStepRow], rules: DeadlineRules, now: dt.datetime
) -> tuple[Deadline, ...]:
    if complaint.review_by is None:
        return ()
    met = _first(_since(steps, "review"), "told", "withdrawn")
    return (_stoppable("review", complaint, complaint.review_by, rules.review_decided, met, now),)


def _stoppable(
    kind: DeadlineKind,
    complaint: ComplaintRow,
    due: dt.datetime,
    limit: Limit,
    met: dt.datetime | None,
    now: dt.datetime,
) -> Deadline:
    """Return a deadline that moves on while the clock is stopped."""
    since = complaint.paused_since if met is None else None
    moved = moved_on(due, since, now) if since else due
    return Deadline(kind, moved, limit.within, limit.basis, met, paused=since is not None)


def moved_on(due: dt.datetime, since: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return a deadline whose clock has stood still since a moment.

    What was late already stays late.
    """
    return due + (now - since) if since <= due else due


def _since(steps: Sequence[ComplaintStepRow], begin: ComplaintStep) -> Sequence[ComplaintStepRow]:
    places = [place for place, row in enumerate(steps) if row.step == begin]
    return steps[places[-1] :] if places else steps


def _first(steps: Sequence[ComplaintStepRow], *wanted: ComplaintStep) -> dt.datetime | None:
    return next((row.at for row in steps if row.step in wanted), None)
