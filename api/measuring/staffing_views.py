"""The what-if of staffing as the dashboard gets it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.measuring.asking import Asked
from evaluation.online.arrivals import Load, read_load
from evaluation.online.definitions import MINIMUM
from evaluation.online.staffing import Goal, Plan, plan_people
from evaluation.statistics import bootstrap_interval
from knowledge_base.errors import InvalidInputError

View = dict[str, Any]


def staffing_view(session: Session, desk: Desk, asked: Asked, goal: Goal, handoff: float | None) -> View:
    """Return the people that a handoff rate needs, and what they would be without the assistant.

    Args:
        session: A session that may only read.
        desk: Rules and hours.
        asked: The days whose arrivals and handling times are taken.
        goal: What is wanted; its handoff rate is replaced.
        handoff: The handoff rate; None for the measured one.

    Raises:
        InvalidInputError: Too little was logged in these days.
    """
    load = read_load(session, asked.scope(session, desk), desk.hours, asked.wanted.channel)
    if len(load.handling) < MINIMUM or not any(load.visits):
        raise InvalidInputError(
            f"In these days {len(load.handling)} tickets were handled; at least {MINIMUM} are needed, and "
            "visits while people are there. Choose more days."
        )
    asked_rate = load.handoff if handoff is None else handoff
    plans = {
        name: plan_people(load.visits, load.handling, Goal(rate, goal.within, goal.share, goal.at_once))
        for name, rate in (("asked", asked_rate), ("now", load.handoff), ("without", 1.0))
    }
    return {
        "days": load.days,
        "visits": load.all_visits,
        "handed": load.handed,
        "handoff": load.handoff,
        "handling": _handling(load),
        "plans": {name: _plan(plan) for name, plan in plans.items()},
        "saved": _saved(load),
    }


def _plan(plan: Plan) -> View:
    return {
        "handoff": plan.goal.handoff,
        "most": plan.most,
        "person_hours": plan.person_hours,
        "hours": [asdict(one) for one in plan.hours],
    }


def _handling(load: Load) -> View:
    """Return the mean handling time with its interval, seconds."""
    low, high = bootstrap_interval(lambda drawn: float(load.handling[drawn].mean()), len(load.handling))
    return {"mean": float(np.mean(load.handling)), "low": low, "high": high, "n": len(load.handling)}


def _saved(load: Load) -> View:
    """Return the hours of handling that visits without a person would have taken."""
    kept = load.all_visits - load.handed
    told = _handling(load)
    return {name: max(kept, 0) * told[name] / 3600 for name in ("mean", "low", "high")}
