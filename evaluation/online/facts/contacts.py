"""Facts of contacts: the same person on the same topic, until an hour of silence.

Who signed in at the insurer's site is known in every conversation; an anonymous visitor is
known within one conversation only, which the browser keeps. Who comes back anonymously from
another browser is not recognised: that share of returns is missing here.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Subquery, and_, func, or_, select

from assistant.decision_log import DecisionRow
from assistant.desk.tables import ConversationRow
from evaluation.online.days import text_or_empty
from evaluation.online.facts.family import Family, Scope, flag
from evaluation.online.facts.visits import not_topics

WITHIN = dt.timedelta(days=7)
"""Who comes back on a topic within this time was not helped the first time."""

SILENCE = dt.timedelta(hours=1)
"""What is asked on a topic after so much silence is a new contact."""


def _centiseconds(span: dt.timedelta) -> int:
    return round(span.total_seconds() * 100)


def _asked(scope: Scope) -> Subquery:
    """Return all questions on topics, each with the one before of the same person and topic."""
    person = func.coalesce(ConversationRow.customer_id, ConversationRow.id)
    before = func.lag(DecisionRow.decided_at).over(
        partition_by=(person, DecisionRow.intent), order_by=(DecisionRow.decided_at, DecisionRow.id)
    )
    return (
        select(
            DecisionRow.id,
            DecisionRow.decided_at,
            DecisionRow.channel,
            DecisionRow.intent,
            text_or_empty(DecisionRow.product).label("product"),
            person.label("person"),
            before.label("before"),
        )
        .join(ConversationRow, ConversationRow.id == DecisionRow.conversation_id)
        .where(
            DecisionRow.decided_at >= scope.period.start - WITHIN,
            DecisionRow.decided_at < scope.period.end + WITHIN,
            DecisionRow.intent.not_in(sorted(not_topics())),
        )
        .subquery()
    )


def _units(scope: Scope) -> Subquery:
    asked = _asked(scope)
    since_before = scope.time.centiseconds(asked.c.decided_at, asked.c.before)
    begun = (
        select(
            asked,
            func.lead(asked.c.decided_at)
            .over(partition_by=(asked.c.person, asked.c.intent), order_by=(asked.c.decided_at, asked.c.id))
            .label("next"),
        )
        .where(or_(asked.c.before.is_(None), since_before > _centiseconds(SILENCE)))
        .subquery()
    )
    limit = _centiseconds(WITHIN)
    since = scope.time.centiseconds(begun.c.decided_at, begun.c.before)
    until = scope.time.centiseconds(begun.c.next, begun.c.decided_at)
    repeated = and_(begun.c.before.is_not(None), since <= limit)
    returned = and_(begun.c.next.is_not(None), until <= limit)
    known = begun.c.decided_at <= scope.now - WITHIN
    return (
        select(
            scope.time.day(begun.c.decided_at).label("day"),
            begun.c.channel,
            begun.c.intent,
            begun.c.product,
            begun.c.id.label("ref"),
            flag(repeated).label("repeat"),
            flag(~returned, known).label("first_contact"),
        )
        .where(begun.c.decided_at >= scope.period.start, begun.c.decided_at < scope.period.end)
        .subquery()
    )


CONTACTS = Family("contacts", _units, ("repeat", "first_contact"), "decision", settles=7)
