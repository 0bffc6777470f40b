"""Facts of ratings: what customers said at the end, and how many said anything.

Of those who were asked whether they would recommend the company, promoters (9, 10) count 1,
detractors (0 to 6) -1 and the others 0: the mean is the net promoter score (F. Reichheld, The
One Number You Need to Grow, Harvard Business Review 81, 2003).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ScalarSelect,
    Select,
    Subquery,
    and_,
    case,
    cast,
    literal,
    null,
    select,
    union_all,
)

from assistant.decision_log import DecisionRow
from assistant.desk.tables import ConversationRow
from evaluation.online.days import text_or_empty
from evaluation.online.facts.family import Family, Scope, flag

GOOD = 4
"""Points of five from which a customer counts as satisfied."""

PROMOTER, DETRACTOR = 9, 6
"""Points of ten from which a customer recommends the company, and up to which they advise against it."""

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
    at, closed, said = ConversationRow.rated_at, ConversationRow.closed_at, ConversationRow.recommend
    of_this = and_(at.is_not(None), scope.time.centiseconds(closed, at) <= _VISIT_CENTISECONDS)
    net = case((said >= PROMOTER, 1), (said <= DETRACTOR, -1), else_=0)
    rated = _counts(
        scope,
        at,
        satisfaction=flag(ConversationRow.rating >= GOOD),
        solved=flag(ConversationRow.rated_solved.is_(True)),
    )
    ended = _counts(scope, closed, rating_capture=flag(of_this)).where(ConversationRow.last_seq > literal(0))
    asked = _counts(scope, ConversationRow.recommend_at, nps_score=cast(net, BigInteger)).where(
        said.is_not(None)
    )
    return union_all(rated, ended, asked).subquery()


def _counts(scope: Scope, moment: Any, **counted: Any) -> Select[Any]:
    return _about(
        scope, moment, *(counted.get(name, cast(null(), BigInteger)).label(name) for name in MEASURES)
    )


MEASURES = ("satisfaction", "solved", "rating_capture", "nps_score")
RATINGS = Family("ratings", _units, MEASURES, "conversation")
