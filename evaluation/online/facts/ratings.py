"""Facts of ratings: what customers said at the end, and how many said anything."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, Select, Subquery, and_, literal, null, select, union_all

from assistant.decision_log import DecisionRow
from assistant.desk.tables import ConversationRow
from evaluation.online.days import text_or_empty
from evaluation.online.facts.family import Family, Scope, flag

GOOD = 4
"""Points of five from which a customer counts as satisfied."""

_VISIT_CENTISECONDS = 8_640_000
"""A rating of the day before the end belongs to what ended: a gateway's conversation has many visits."""


def _last(column: Any, moment: Any) -> ScalarSelect[Any]:
    """Return, for a statement over conversations, what the last decision until a moment was about."""
    return (
        select(column)
        .where(DecisionRow.conversation_id == ConversationRow.id, DecisionRow.decided_at <= moment)
        .order_by(DecisionRow.decided_at.desc())
        .limit(1)
        .correlate(ConversationRow)
        .scalar_subquery()
    )


def _topic(scope: Scope, dimension: str, moment: Any) -> Any:
    """Return what a conversation was about, where that is asked for: it is looked up row by row."""
    found = _last(getattr(DecisionRow, dimension), moment) if dimension in scope.by else null()
    return text_or_empty(found).label(dimension)


def _about(scope: Scope, moment: Any, *measures: Any) -> Select[Any]:
    return select(
        scope.time.day(moment).label("day"),
        ConversationRow.channel.label("channel"),
        _topic(scope, "intent", moment),
        _topic(scope, "product", moment),
        ConversationRow.id.label("ref"),
        *measures,
    ).where(moment >= scope.period.start, moment < scope.period.end)


def _units(scope: Scope) -> Subquery:
    rated = _about(
        scope,
        ConversationRow.rated_at,
        flag(ConversationRow.rating >= GOOD).label("satisfaction"),
        flag(ConversationRow.rated_solved.is_(True)).label("solved"),
        null().label("rating_capture"),
    )
    at, closed = ConversationRow.rated_at, ConversationRow.closed_at
    of_this = and_(at.is_not(None), scope.time.centiseconds(closed, at) <= _VISIT_CENTISECONDS)
    ended = _about(
        scope,
        closed,
        null().label("satisfaction"),
        null().label("solved"),
        flag(of_this).label("rating_capture"),
    ).where(ConversationRow.last_seq > literal(0))
    return union_all(rated, ended).subquery()


RATINGS = Family("ratings", _units, ("satisfaction", "solved", "rating_capture"), "conversation")
