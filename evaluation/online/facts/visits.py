"""Facts of visits: a conversation on one day, whether a person was needed, and how hard it was.

A gateway's conversation lasts for ever, a closed one may go on weeks later: what a customer
does on one day is the unit that all channels share.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    SelectBase,
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

from assistant.decision_log import DecisionRow
from assistant.desk.tables import ConversationRow, MessageRow, TicketRow
from assistant.desk.types import TicketReason
from evaluation.online.days import text_or_empty
from evaluation.online.facts.family import Family, Scope, flag
from knowledge_base.taxonomy import shipped_taxonomy

ELDERLY = "elderly"
"""The segment whose use of people carries no target."""

REQUESTED: tuple[TicketReason, ...] = ("asked_for_person", "callback")
POLICY: tuple[TicketReason, ...] = (
    "emergency",
    "fraud",
    "privacy",
    "complaint",
    "complex_case",
    "attachment",
    "switched_off",
)
UNCERTAIN: tuple[TicketReason, ...] = ("uncertain", "failure", "unsolved")
HANDOFFS = (*REQUESTED, *POLICY, *UNCERTAIN)
"""All reasons but ``follow_up``: there people go on with what they had before."""


def not_topics() -> frozenset[str]:
    """Return the intents that are no topic one could come back on."""
    return frozenset({"smalltalk", "human_agent"}) | shipped_taxonomy().declined


def _asked(scope: Scope) -> SelectBase:
    """Return a row for each visit with decisions: how it ended, and what it was about."""
    day = scope.time.day(DecisionRow.decided_at)
    visit = (DecisionRow.conversation_id, day)
    newest = (DecisionRow.decided_at.desc(), DecisionRow.id)
    no_topic = case((DecisionRow.intent.in_(sorted(not_topics())), 1), else_=0)
    decided = (
        select(
            DecisionRow.conversation_id,
            day.label("day"),
            DecisionRow.action,
            DecisionRow.intent,
            text_or_empty(DecisionRow.product).label("product"),
            func.row_number().over(partition_by=visit, order_by=newest).label("from_end"),
            func.row_number().over(partition_by=visit, order_by=(no_topic, *newest)).label("topic"),
        )
        .where(
            DecisionRow.decided_at >= scope.period.start,
            DecisionRow.decided_at < scope.period.end,
            DecisionRow.conversation_id.is_not(None),
        )
        .subquery()
    )

    def of(condition: ColumnElement[bool], value: Any) -> ColumnElement[Any]:
        return func.max(case((condition, value)))

    asked = select(
        decided.c.conversation_id,
        decided.c.day,
        of(decided.c.topic == 1, decided.c.intent).label("intent"),
        of(decided.c.topic == 1, decided.c.product).label("product"),
        of(decided.c.from_end == 1, decided.c.action).label("ended"),
        null().label("reason"),
        literal(0).label("written"),
    )
    return asked.group_by(decided.c.conversation_id, decided.c.day)


def _handed_over(scope: Scope) -> SelectBase:
    """Return the first ticket of each visit."""
    day = scope.time.day(TicketRow.created_at)
    order = func.row_number().over(
        partition_by=(TicketRow.conversation_id, day), order_by=(TicketRow.created_at, TicketRow.id)
    )
    opened = (
        select(
            TicketRow.conversation_id, day.label("day"), TicketRow.intent, TicketRow.reason, order.label("n")
        )
        .where(
            TicketRow.created_at >= scope.period.start,
            TicketRow.created_at < scope.period.end,
            TicketRow.reason.in_(HANDOFFS),
        )
        .subquery()
    )
    return select(
        opened.c.conversation_id,
        opened.c.day,
        opened.c.intent,
        null().label("product"),
        null().label("ended"),
        opened.c.reason,
        literal(0).label("written"),
    ).where(opened.c.n == 1)


def _written(scope: Scope) -> SelectBase:
    """Return how many messages the customer wrote in each visit."""
    day = scope.time.day(MessageRow.at)
    return (
        select(
            MessageRow.conversation_id,
            day.label("day"),
            null().label("intent"),
            null().label("product"),
            null().label("ended"),
            null().label("reason"),
            func.count().label("written"),
        )
        .where(
            MessageRow.at >= scope.period.start,
            MessageRow.at < scope.period.end,
            MessageRow.author == "customer",
        )
        .group_by(MessageRow.conversation_id, day)
    )


def _units(scope: Scope) -> Subquery:
    told = union_all(_asked(scope), _handed_over(scope), _written(scope)).subquery()
    visit = (
        select(
            told.c.conversation_id,
            told.c.day,
            func.max(told.c.intent).label("intent"),
            func.max(told.c.product).label("product"),
            func.max(told.c.ended).label("ended"),
            func.max(told.c.reason).label("reason"),
            func.sum(told.c.written).label("written"),
        )
        .group_by(told.c.conversation_id, told.c.day)
        .subquery()
    )
    elderly = ConversationRow.segment == ELDERLY
    # Who wrote to a person only, on a day after the handover, is no visit to the assistant.
    visited = or_(visit.c.ended.is_not(None), visit.c.reason.is_not(None))
    counts = and_(visited, ~elderly)
    handed = visit.c.reason.is_not(None)

    def part(reasons: tuple[TicketReason, ...]) -> ColumnElement[bool]:
        return and_(handed, visit.c.reason.in_(reasons))

    return (
        select(
            visit.c.day,
            ConversationRow.channel.label("channel"),
            text_or_empty(visit.c.intent).label("intent"),
            text_or_empty(visit.c.product).label("product"),
            visit.c.conversation_id.label("ref"),
            flag(handed, counts).label("handoff"),
            flag(part(REQUESTED), counts).label("handoff_requested"),
            flag(part(POLICY), counts).label("handoff_policy"),
            flag(part(UNCERTAIN), counts).label("handoff_uncertain"),
            flag(or_(handed, and_(visit.c.ended.is_not(None), visit.c.ended == "clarify")), counts).label(
                "handoff_effective"
            ),
            flag(handed, and_(visited, elderly)).label("handoff_elderly"),
            cast(case((and_(visited, visit.c.written > 0), visit.c.written)), BigInteger).label("effort"),
        )
        .join(ConversationRow, ConversationRow.id == visit.c.conversation_id)
        .subquery()
    )


VISITS = Family(
    "visits",
    _units,
    (
        "handoff",
        "handoff_requested",
        "handoff_policy",
        "handoff_uncertain",
        "handoff_effective",
        "handoff_elderly",
        "effort",
    ),
    "conversation",
    settles=0,
)
