"""Figures as the dashboard gets them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.channels.settings import ChannelSettings
from api.conversing.desk import Desk
from api.measuring.asking import Asked, product_names
from api.services import Services
from api.tickets.views import intent_name
from assistant.certificate import read_state
from assistant.desk.tables import ComplaintRow
from evaluation.online.definitions import GROUPS, MINIMUM
from evaluation.online.figures import Figure, Value
from evaluation.online.targets import Target
from evaluation.online.topics import hot_topics, rising_topics
from evaluation.statistics import wilson_interval

View = dict[str, Any]


def figures_view(desk: Desk, asked: Asked, figures: Iterable[Figure], channels: ChannelSettings) -> View:
    """Return all figures of a period, with what one may filter by."""
    return {
        "period": {
            "since": asked.period.since.isoformat(),
            "until": (asked.period.until - dt.timedelta(days=1)).isoformat(),
            "days": [day.isoformat() for day in asked.period.days],
        },
        "filter": asdict(asked.wanted),
        "measured_at": asked.now.isoformat(),
        "minimum": MINIMUM,
        "groups": GROUPS,
        "figures": [figure_view(one) for one in figures],
        "choices": {
            "channels": sorted({"web", "app", "wechat", *(one.name for one in channels.channels)}),
            "intents": {one.id: one.name for one in desk.taxonomy.intents.values()},
            "products": product_names(),
        },
    }


def figure_view(figure: Figure) -> View:
    """Return one figure with its definition, target and trend."""
    about = figure.definition
    return {
        **asdict(about),
        **asdict(figure.value),
        "target": target_view(figure.target),
        "verdict": figure.verdict,
        "trend": [{"day": day, **asdict(value)} for day, value in figure.trend.items()],
    }


def target_view(target: Target | None) -> View | None:
    """Return a target as kind and value."""
    if target is None:
        return None
    kind = "always" if target.always else "at_least" if target.at_least is not None else "at_most"
    return {
        "kind": kind,
        "value": target.at_least if target.at_least is not None else target.at_most,
        "basis": target.basis,
    }


def topics_view(session: Session, desk: Desk, asked: Asked) -> View:
    """Return what is asked most, and what more and more."""
    scope = asked.scope(session, desk)

    def named(topics: Sequence[Any]) -> list[View]:
        return [asdict(one) | {"name": intent_name(desk, one.intent)} for one in topics]

    return {
        "hot": named(hot_topics(session, scope, asked.wanted)),
        "rising": named(rising_topics(session, scope, asked.wanted)),
    }


def complaints_view(session: Session, desk: Desk, asked: Asked) -> list[View]:
    """Return the complaints received in a period by class and cause, the most frequent first."""
    counted = (
        select(ComplaintRow.category, ComplaintRow.cause, func.count())
        .where(ComplaintRow.received_at >= asked.period.start, ComplaintRow.received_at < asked.period.end)
        .group_by(ComplaintRow.category, ComplaintRow.cause)
    )
    rows = [(str(row[0]), row[1], int(row[2])) for row in session.execute(counted)]
    everything = sum(n for *_, n in rows)
    causes: Mapping[str, str] = desk.rules.complaint_causes
    return [
        {
            "category": category,
            "category_name": intent_name(desk, category),
            "cause": cause,
            "cause_name": causes.get(cause or "", cause) or "未归因",
            **asdict(Value(n / everything, *wilson_interval(n / everything, everything), n)),
        }
        for category, cause, n in sorted(rows, key=lambda row: (-row[2], row[0], row[1] or ""))
    ]


def certificate_view(services: Services) -> View:
    """Return what is certified of the thresholds in use, and what the watch for drift found."""
    standing = services.standing
    found = standing.certificate
    if found is None:
        return {"stand": standing.stand}
    claims, state = found.stored["claims"], read_state(services.home.certificates, found.id)
    return {
        "stand": standing.stand,
        "id": found.id,
        "made_at": found.made_at,
        "basis": found.basis,
        "confidence": found.stored["confidence"],
        "accuracy": claims["accuracy"]["promised"],
        "handoff": claims["handoff"]["promised"],
        "void_reason": state.void_reason,
        "void_at": state.void_at,
    }
