"""How often each entry answers, and what customers say of its answers.

A use is a decision to answer with the entry, be it as the second one. A rating belongs to a
conversation; it counts for every entry that answered there, because nobody says which of
several answers was meant. It is bad at 1 or 2 of 5, or where the customer says that the question
is not solved. An answer is turned down where the customer's next message says that it was not
what was asked.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from assistant.decision_log import DecisionRow
from assistant.desk.tables import ConversationRow
from evaluation.statistics import wilson_interval

LOOK_BACK = dt.timedelta(days=90)
WORST_GOOD = 3
"""The lowest score that is not bad."""


@dataclass(frozen=True, slots=True)
class EntryUse:
    """What became of one entry's answers.

    Attributes:
        uses: Decisions that answered with it.
        rated: Rated conversations in which it answered.
        bad: Those of them that were rated badly.
        turned_down: Uses that the customer's next message turned down.
    """

    uses: int = 0
    rated: int = 0
    bad: int = 0
    turned_down: int = 0

    @property
    def bad_interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of ``bad / rated``; None where nothing was rated."""
        return wilson_interval(self.bad / self.rated, self.rated) if self.rated else None


def entry_use(session: Session, now: dt.datetime, look_back: dt.timedelta = LOOK_BACK) -> dict[str, EntryUse]:
    """Count for every entry that answered in the time before ``now``."""
    since = now - look_back
    found: dict[str, dict[str, int]] = defaultdict(dict)
    queries: dict[str, Select[Any]] = {"uses": _uses(since), "turned_down": _turned_down(since)}
    for name, query in queries.items():
        for row in session.execute(query):
            found[row[0]][name] = row[1]
    for row in session.execute(_ratings(since)):
        found[row[0]] |= {"rated": row[1], "bad": row[2]}
    return {entry_id: EntryUse(**counts) for entry_id, counts in found.items()}


def unused(use: Mapping[str, EntryUse], entry_id: str) -> bool:
    """Tell whether nothing was answered with an entry."""
    return entry_id not in use or not use[entry_id].uses


def _answers(since: dt.datetime) -> Select[Any]:
    """Select (entry_id, conversation_id) of every entry of every answer."""
    answered = and_(DecisionRow.decided_at >= since, DecisionRow.action == "answer")
    columns = (DecisionRow.entry_id, DecisionRow.also_entry_id)
    parts = (
        select(column.label("entry_id"), DecisionRow.conversation_id.label("conversation_id")).where(
            answered, column.is_not(None)
        )
        for column in columns
    )
    together = union_all(*parts).subquery()
    return select(together.c.entry_id, together.c.conversation_id)


def _uses(since: dt.datetime) -> Select[Any]:
    answers = _answers(since).subquery()
    return select(answers.c.entry_id, func.count()).group_by(answers.c.entry_id)


def _ratings(since: dt.datetime) -> Select[Any]:
    # An answer may be older than the rating of its conversation by as long as one lasts.
    answers = _answers(since - LOOK_BACK).distinct().subquery()
    bad = or_(ConversationRow.rating < WORST_GOOD, ConversationRow.rated_solved.is_(False))
    return (
        select(answers.c.entry_id, func.count(), func.sum(case((bad, 1), else_=0)))
        .join(ConversationRow, ConversationRow.id == answers.c.conversation_id)
        .where(ConversationRow.changed_at >= since, ConversationRow.rated_at >= since)
        .group_by(answers.c.entry_id)
    )


def _turned_down(since: dt.datetime) -> Select[Any]:
    """Count answers that the next decision of their conversation found turned down."""

    def before(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
        within, order = DecisionRow.conversation_id, DecisionRow.decided_at
        return func.lag(column).over(partition_by=within, order_by=order)

    told = (
        select(
            DecisionRow.reason,
            before(DecisionRow.action).label("action_before"),
            before(DecisionRow.entry_id).label("entry_before"),
        )
        .where(DecisionRow.decided_at >= since, DecisionRow.conversation_id.is_not(None))
        .subquery()
    )
    turned_down = (told.c.reason == "rejected", told.c.action_before == "answer")
    entry = told.c.entry_before
    return select(entry, func.count()).where(*turned_down, entry.is_not(None)).group_by(entry)
