"""A complaint as the desk sees it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.tickets.views import View, deadline_view, intent_name, moment
from assistant.desk.complaint_clock import is_running, may_extend
from assistant.desk.complaint_intake import missing
from assistant.desk.complaint_steps import next_steps
from assistant.desk.complaints import steps_of
from assistant.desk.deadlines import complaint_deadlines_of
from assistant.desk.tables import ComplaintRow


def complaint_view(session: Session, desk: Desk, row: ComplaintRow, now: dt.datetime) -> View:
    """Return a complaint with its steps, deadlines and what may follow."""
    steps = steps_of(session, row.number)
    rules = desk.rules.deadlines
    names = display_names(session, [step.actor for step in steps])
    deadlines = complaint_deadlines_of(row, steps, rules, now)
    return {
        "number": row.number,
        "ticket_id": row.ticket_id,
        "category": row.category,
        "category_name": intent_name(desk, row.category),
        "cause": row.cause,
        "cause_name": desk.rules.complaint_causes.get(row.cause or ""),
        "what": row.what,
        "happened": row.happened,
        "wanted": row.wanted,
        "missing": list(missing(row)),
        "complex": row.complex,
        "step": row.step,
        "step_name": desk.notices.step(row.step),
        "next_steps": sorted(next_steps(row.step)),
        "received_at": row.received_at.isoformat(),
        "paused_since": moment(row.paused_since),
        "pause_reason": row.pause_reason,
        "running": is_running(row),
        "extended": row.extended_by is not None,
        "extendable": may_extend(row, now),
        "satisfied": row.satisfied,
        "reopened": row.reopened,
        "deadlines": [deadline_view(one, rules.near_share, now) for one in deadlines],
        "steps": [
            {
                "step": step.step,
                "step_name": desk.notices.step(step.step),
                "at": step.at.isoformat(),
                "actor": step.actor,
                "actor_name": names[step.actor],
                "note": step.note,
            }
            for step in steps
        ],
    }
