"""Facts of tickets: how long customers waited for a person, suggestions used, deadlines kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)

from assistant.desk.breaches import first_reply
from assistant.desk.tables import ConversationRow, SuggestionRow, TicketRow
from evaluation.online.days import text_or_empty
from evaluation.online.facts.complaints import complaint_deadlines
from evaluation.online.facts.family import Family, Scope, flag

EMERGENCY_WITHIN = dt.timedelta(hours=1)
"""公司手册：应急响应≤1小时."""

_LONGEST = 8_640_000
"""Hundredths of a second that a wait counts as at most, a day: one forgotten ticket is no average."""


def _waiting(scope: Scope) -> CTE:
    """Return the tickets of the period with when an agent first replied.

    Materialised: SQLite would look the reply up for every mention of it.
    """
    return (
        select(
            TicketRow.id,
            TicketRow.created_at,
            TicketRow.conversation_id,
            TicketRow.intent,
            TicketRow.queue,
            TicketRow.reason,
            TicketRow.urgency,
            TicketRow.reply_by,
            TicketRow.resolved_at,
            first_reply().label("replied"),
        )
        .where(TicketRow.created_at >= scope.period.start, TicketRow.created_at < scope.period.end)
        .cte("waiting")
        .prefix_with("MATERIALIZED")
    )


def _units(scope: Scope) -> Subquery:
    ticket = _waiting(scope)
    now = literal(scope.now, ticket.c.replied.type)
    within = round(scope.rules.deadlines.reply.within.total_seconds() * 100)
    # Who went back to the assistant, or was called back, waits for no reply any more.
    open_since = and_(ticket.c.replied.is_(None), ticket.c.resolved_at.is_(None))
    until = case((open_since, now), else_=ticket.c.replied)
    late_by = scope.time.centiseconds(until, ticket.c.reply_by)
    counts = and_(
        ticket.c.reply_by.is_not(None), until.is_not(None), or_(~open_since, now > ticket.c.reply_by)
    )
    waited = case((late_by + within < 0, 0), (late_by > _LONGEST, _LONGEST), else_=late_by + within)
    urgent = or_(ticket.c.queue == "emergency", ticket.c.reason == "emergency")
    since_opened = scope.time.centiseconds(until, ticket.c.created_at)
    limit = round(EMERGENCY_WITHIN.total_seconds() * 100)
    told = and_(urgent, until.is_not(None), or_(~open_since, since_opened > limit))
    return (
        select(
            scope.time.day(ticket.c.created_at).label("day"),
            ConversationRow.channel.label("channel"),
            text_or_empty(ticket.c.intent).label("intent"),
            literal("").label("product"),
            ticket.c.id.label("ref"),
            cast(case((counts, waited)), BigInteger).label("person_reply"),
            flag(until <= ticket.c.reply_by, counts).label("person_in_time"),
            flag(since_opened <= limit, told).label("emergency"),
        )
        .join(ConversationRow, ConversationRow.id == ticket.c.conversation_id)
        .subquery()
    )


def _suggested(scope: Scope) -> Subquery:
    """Return what became of the replies suggested for each message."""
    used = SuggestionRow.outcome.in_(("accepted", "edited"))
    return (
        select(
            scope.time.day(func.min(SuggestionRow.made_at)).label("day"),
            func.min(ConversationRow.channel).label("channel"),
            func.min(text_or_empty(TicketRow.intent)).label("intent"),
            literal("").label("product"),
            SuggestionRow.ticket_id.label("ref"),
            cast(func.max(case((used, 1), else_=0)), BigInteger).label("suggestions"),
        )
        .join(TicketRow, TicketRow.id == SuggestionRow.ticket_id)
        .join(ConversationRow, ConversationRow.id == TicketRow.conversation_id)
        .where(
            SuggestionRow.made_at >= scope.period.start,
            SuggestionRow.made_at < scope.period.end,
            SuggestionRow.outcome.is_not(None),
        )
        .group_by(SuggestionRow.ticket_id, SuggestionRow.message_seq)
        .subquery()
    )


def _ticket_deadlines(scope: Scope) -> list[Select[Any]]:
    replied = func.coalesce(first_reply(), TicketRow.resolved_at)
    kinds: list[tuple[Any, Any]] = [
        (TicketRow.reply_by, replied),
        (TicketRow.resolve_by, TicketRow.resolved_at),
    ]
    return [
        select(
            due.label("due"),
            TicketRow.conversation_id,
            text_or_empty(TicketRow.intent).label("intent"),
            _late(met, due, scope).label("late"),
        ).where(due >= scope.period.start, due < scope.period.end)
        for due, met in kinds
    ]


def _late(met: Any, due: Any, scope: Scope) -> ColumnElement[int]:
    """Tell whether a deadline was missed; NULL where it is open and not due yet."""
    now = literal(scope.now, due.type)
    return case((met > due, 1), (met.is_not(None), 0), (now > due, 1), else_=null())


def _deadlines(scope: Scope) -> Subquery:
    """Return everything that fell due in the period, of tickets and complaints."""
    owed = union_all(*_ticket_deadlines(scope), *complaint_deadlines(scope, _late)).subquery()
    return (
        select(
            scope.time.day(owed.c.due).label("day"),
            ConversationRow.channel.label("channel"),
            owed.c.intent,
            literal("").label("product"),
            owed.c.conversation_id.label("ref"),
            cast(owed.c.late, BigInteger).label("breaches"),
        )
        .join(ConversationRow, ConversationRow.id == owed.c.conversation_id)
        .subquery()
    )


TICKETS = Family("tickets", _units, ("person_reply", "person_in_time", "emergency"), "ticket")
SUGGESTIONS = Family("suggestions", _suggested, ("suggestions",), "ticket")
DEADLINES = Family("deadlines", _deadlines, ("breaches",), "conversation")
