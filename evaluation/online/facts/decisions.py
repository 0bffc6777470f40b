"""Facts of single decisions: what the assistant did with a message, and how quickly."""

from __future__ import annotations

from sqlalchemy import BigInteger, Subquery, cast, func, select

from assistant.decision_log import DecisionRow
from evaluation.online.days import text_or_empty
from evaluation.online.facts.family import Family, Scope, flag


def _units(scope: Scope) -> Subquery:
    action = DecisionRow.action
    return (
        select(
            scope.time.day(DecisionRow.decided_at).label("day"),
            DecisionRow.channel.label("channel"),
            DecisionRow.intent.label("intent"),
            text_or_empty(DecisionRow.product).label("product"),
            DecisionRow.id.label("ref"),
            flag(action == "answer").label("answered"),
            flag(action == "clarify").label("clarified"),
            cast(func.round(DecisionRow.elapsed_ms / 10), BigInteger).label("assistant_reply"),
        )
        .where(DecisionRow.decided_at >= scope.period.start, DecisionRow.decided_at < scope.period.end)
        .subquery()
    )


DECISIONS = Family("decisions", _units, ("answered", "clarified", "assistant_reply"), "decision", settles=0)
