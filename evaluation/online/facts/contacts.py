"""Facts of contacts: the same person on the same topic, until an hour of silence.

Who signed in at the insurer's site is known in every conversation; an anonymous visitor is
known within one conversation only, which the browser keeps. Who comes back anonymously from
another browser is not recognised: that share of returns is missing here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select

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


def _asked(scope: Scope, back: dt.timedelta, ahead: dt.timedelta) -> Subquery:
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
            DecisionRow.decided_at >= scope.period.start - back,
            DecisionRow.decided_at < scope.period.end + ahead,
            DecisionRow.intent.not_in(sorted(not_topics())),
        )
        .subquery()
    )


def _begins(scope: Scope, asked: Subquery) -> ColumnElement[bool]:
    since = scope.time.centiseconds(asked.c.decided_at, asked.c.before)
    return or_(asked.c.before.is_(None), since > _centiseconds(SILENCE))


def _repeats(scope: Scope) -> Subquery:
    """Return the contacts, each with whether it is a return."""
    asked = _asked(scope, WITHIN, dt.timedelta(0))
    since = scope.time.centiseconds(asked.c.decided_at, asked.c.before)
    repeated = and_(asked.c.before.is_not(None), since <= _centiseconds(WITHIN))
    return _contacts(scope, asked, flag(repeated).label("repeat")).where(_begins(scope, asked)).subquery()


def _first_contacts(scope: Scope) -> Subquery:
    """Return the contacts that are a week old, each with whether nobody came back."""
    asked = _asked(scope, SILENCE, WITHIN)
    following = func.lead(asked.c.decided_at).over(
        partition_by=(asked.c.person, asked.c.intent), order_by=(asked.c.decided_at, asked.c.id)
    )
    begun = select(asked, following.label("next")).where(_begins(scope, asked)).subquery()
    until = scope.time.centiseconds(begun.c.next, begun.c.decided_at)
    returned = and_(begun.c.next.is_not(None), until <= _centiseconds(WITHIN))
    known = begun.c.decided_at <= scope.now - WITHIN
    return _contacts(scope, begun, flag(~returned, known).label("first_contact")).subquery()


def _contacts(scope: Scope, asked: Subquery, measure: ColumnElement[int]) -> Select[Any]:
    return select(
        scope.time.day(asked.c.decided_at).label("day"),
        asked.c.channel,
        asked.c.intent,
        asked.c.product,
        asked.c.id.label("ref"),
        measure,
    ).where(asked.c.decided_at >= scope.period.start, asked.c.decided_at < scope.period.end)


REPEATS = Family("repeats", _repeats, ("repeat",), "decision", settles=0)
FIRST_CONTACTS = Family(
    "first_contacts", _first_contacts, ("first_contact",), "decision", settles=7, known_after=WITHIN
)
