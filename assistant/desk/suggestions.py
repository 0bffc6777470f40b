"""Replies that an agent may send: the three most probable entries, never made up."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from assistant.desk.tables import SuggestionRow, TicketRow
from assistant.types import ScoredCandidate
from knowledge_base.errors import InvalidInputError, NotFoundError
from knowledge_base.types import Entry

SHOWN = 3

Outcome = Literal["accepted", "edited", "rejected"]
Search = Callable[[str], Sequence[ScoredCandidate]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reply an agent may send as it is or edit.

    Attributes:
        text: The entry's answer, with the company's values.
        confidence: Calibrated probability that the entry is right.
        basis: The provisions it rests on.
        outcome: What the agent did with it, if anything.
    """

    id: str
    rank: int
    entry_id: str
    revision: int
    question: str
    text: str
    confidence: float
    source: str
    basis: tuple[str, ...]
    outcome: str | None = None


def suggest(
    session: Session,
    ticket: TicketRow,
    message_seq: int,
    text: str,
    search: Search,
    entries: Mapping[str, Entry],
    fill: Callable[[str], str],
    now: dt.datetime,
) -> tuple[Suggestion, ...]:
    """Return the replies for a customer's message, best first; asked again, the same ones.

    Args:
        session: The session that keeps what was suggested.
        ticket: The ticket that the message belongs to.
        message_seq: The message's number in its conversation.
        text: What the customer wrote.
        search: Finds entries with their confidence, as the assistant does.
        entries: What is published, by id.
        fill: Puts the company's values into an answer (``CompanyProfile.fill``).
        now: The moment, whose day decides which entries hold.
    """
    # Of two who ask at once the second waits for what the first keeps.
    session.execute(select(TicketRow.id).where(TicketRow.id == ticket.id).with_for_update())
    rows = _suggested(session, ticket.id, message_seq)
    if not rows:
        rows = _new_rows(ticket.id, message_seq, _best(search(text), entries, now.date()), entries, now)
        session.add_all(rows)
        session.flush()
    # An entry that was taken back meanwhile is not shown any more.
    return tuple(_suggestion(row, entries[row.entry_id], fill) for row in rows if row.entry_id in entries)


def record_outcome(session: Session, suggestion_id: str, outcome: Outcome, now: dt.datetime) -> None:
    """Keep what the agent did with a suggestion; the last word counts.

    Raises:
        InvalidInputError: There is no such outcome.
        NotFoundError: There is no such suggestion.
    """
    if outcome not in get_args(Outcome):
        raise InvalidInputError(f"{outcome!r} is no outcome; they are {', '.join(get_args(Outcome))}.")
    change = update(SuggestionRow).where(SuggestionRow.id == suggestion_id)
    changed = session.execute(
        change.values(outcome=outcome, used_at=now).returning(SuggestionRow.id)
    ).one_or_none()
    if changed is None:
        raise NotFoundError(f"There is no suggestion {suggestion_id[:40]!r}. Load the suggestions again.")


def _suggested(session: Session, ticket_id: str, message_seq: int) -> list[SuggestionRow]:
    found = select(SuggestionRow).where(
        SuggestionRow.ticket_id == ticket_id, SuggestionRow.message_seq == message_seq
    )
    return list(session.scalars(found.order_by(SuggestionRow.rank)))


def _best(
    candidates: Sequence[ScoredCandidate], entries: Mapping[str, Entry], today: dt.date
) -> list[ScoredCandidate]:
    """Return the most probable candidates that may be told today, each entry once.

    In small talk the assistant speaks of itself: nothing for a person to say.
    """
    first: dict[str, ScoredCandidate] = {}
    for candidate in sorted(candidates, key=lambda candidate: -candidate.confidence):
        entry = entries.get(candidate.candidate.entry_id)
        if entry and entry.kind == "answer" and entry.intent != "smalltalk" and entry.is_valid_on(today):
            first.setdefault(entry.id, candidate)
    return list(first.values())[:SHOWN]


def _new_rows(
    ticket_id: str,
    message_seq: int,
    best: Sequence[ScoredCandidate],
    entries: Mapping[str, Entry],
    now: dt.datetime,
) -> list[SuggestionRow]:
    return [
        SuggestionRow(
            id=uuid.uuid4().hex,
            ticket_id=ticket_id,
            message_seq=message_seq,
            rank=rank,
            entry_id=found.candidate.entry_id,
            revision=entries[found.candidate.entry_id].revision,
            confidence=found.confidence,
            made_at=now,
        )
        for rank, found in enumerate(best, start=1)
    ]


def _suggestion(row: SuggestionRow, entry: Entry, fill: Callable[[str], str]) -> Suggestion:
    return Suggestion(
        id=row.id,
        rank=row.rank,
        entry_id=entry.id,
        revision=entry.revision,
        question=entry.question,
        text=fill(entry.answer),
        confidence=row.confidence,
        source=entry.source,
        basis=tuple(map(str, entry.legal_basis)),
        outcome=row.outcome,
    )
