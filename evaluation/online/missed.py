"""Questions that the assistant did not serve: from the decision log, tickets and ratings.

A question is missed in one of five ways: an agent found that no entry answers it; the customer
rated the conversation badly after its answer; the customer turned the answer down; it was handed
over because nothing fitted; or the assistant had to ask back. Of several the first counts.
Texts are those of the decision log, which are masked.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from assistant.desk.labels import NO_ENTRY
from assistant.desk.tables import ConversationRow, TicketRow

Kind = Literal["no_entry", "bad_rating", "rejected", "unanswered", "clarified"]
KINDS: tuple[Kind, ...] = get_args(Kind)

WORST_GOOD = 3
"""A rating below this is a bad one (1 to 5)."""

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that was not served; ``conversation`` is the decision's id where there is none."""

    decision_id: str
    at: dt.datetime
    text: str
    kind: Kind
    conversation: str
    intent: str


@dataclass(frozen=True, slots=True)
class _Sign:
    """Something after which the last decision of a conversation before a moment counts as missed."""

    conversation_id: str
    at: dt.datetime
    kind: Kind


def missed_questions(session: Session, since: dt.datetime, until: dt.datetime) -> list[Missed]:
    """Return the questions that were missed in a time, each once, oldest first.

    Args:
        session: A session that may only read.
        since: The first moment.
        until: The first moment that is not meant any more.
    """
    found: dict[str, Missed] = {}
    for one in (*_meant_by(session, _signs(session, since, until)), *_at_once(session, since, until)):
        known = found.get(one.decision_id)
        if known is None or KINDS.index(one.kind) < KINDS.index(known.kind):
            found[one.decision_id] = one
    return sorted(found.values(), key=lambda one: (one.at, one.decision_id))


def count_decisions(session: Session, since: dt.datetime, until: dt.datetime) -> int:
    """Return how many questions were decided on in a time."""
    return session.scalar(select(func.count()).where(*_within(since, until))) or 0


def _within(since: dt.datetime, until: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    return DecisionRow.decided_at >= since, DecisionRow.decided_at < until


class _Decided(NamedTuple):
    """What is read of a decision."""

    id: str
    at: dt.datetime
    text: str
    conversation_id: str | None
    intent: str
    action: str
    reason: str

    def missed(self, kind: Kind) -> Missed:
        return Missed(self.id, self.at, self.text, kind, self.conversation_id or self.id, self.intent)


_DECIDED = select(
    DecisionRow.id,
    DecisionRow.decided_at,
    DecisionRow.text,
    DecisionRow.conversation_id,
    DecisionRow.intent,
    DecisionRow.action,
    DecisionRow.reason,
).order_by(DecisionRow.decided_at, DecisionRow.id)


def _at_once(session: Session, since: dt.datetime, until: dt.datetime) -> Iterator[Missed]:
    """Yield what was handed over for want of an answer, or asked back."""
    handed = and_(DecisionRow.action == "handoff", DecisionRow.reason.in_(("uncertain", "failure")))
    asked_back = and_(DecisionRow.action == "clarify", DecisionRow.reason != "rejected")
    for row in session.execute(_DECIDED.where(*_within(since, until), or_(handed, asked_back))):
        decided = _Decided(*row)
        yield decided.missed("unanswered" if decided.action == "handoff" else "clarified")


def _signs(session: Session, since: dt.datetime, until: dt.datetime) -> list[_Sign]:
    """Return the signs of a time: turned down, unsolved, badly rated, labelled by an agent."""
    ticket = TicketRow.conversation_id, TicketRow.created_at
    turned_down = select(DecisionRow.conversation_id, DecisionRow.decided_at).where(
        *_within(since, until), DecisionRow.reason == "rejected"
    )
    unsolved = select(*ticket).where(
        TicketRow.created_at >= since, TicketRow.created_at < until, TicketRow.reason == "unsolved"
    )
    rated = select(ConversationRow.id, ConversationRow.rated_at).where(
        ConversationRow.rated_at >= since,
        ConversationRow.rated_at < until,
        or_(ConversationRow.rating < WORST_GOOD, ConversationRow.rated_solved.is_(False)),
    )
    labelled = select(*ticket).where(
        TicketRow.resolved_at >= since, TicketRow.resolved_at < until, TicketRow.label == NO_ENTRY
    )
    queries: tuple[tuple[Any, Kind], ...] = (
        (turned_down, "rejected"),
        (unsolved, "rejected"),
        (rated, "bad_rating"),
        (labelled, "no_entry"),
    )
    return [
        _Sign(row[0], row[1], kind)
        for query, kind in queries
        for row in session.execute(query)
        if row[0] and row[1]
    ]


def _meant_by(session: Session, signs: Sequence[_Sign]) -> Iterator[Missed]:
    """Yield the last decision before each sign, where the conversation has one."""
    for start in range(0, len(signs), _BATCH):
        some = signs[start : start + _BATCH]
        decided: defaultdict[str, list[_Decided]] = defaultdict(list)
        wanted = DecisionRow.conversation_id.in_({one.conversation_id for one in some})
        for row in session.execute(_DECIDED.where(wanted)):
            decided[row.conversation_id].append(_Decided(*row))
        for sign in some:
            before = [one for one in decided[sign.conversation_id] if _is_meant(one, sign)]
            if before:
                yield before[-1].missed(sign.kind)


def _is_meant(decided: _Decided, sign: _Sign) -> bool:
    fits = decided.action == "answer" or sign.kind == "no_entry"
    return fits and decided.at <= sign.at and decided.reason != "rejected"
