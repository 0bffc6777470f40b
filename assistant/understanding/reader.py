"""Reads a message: what is asked, how often, and what earlier messages lend to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from assistant.dialogue import Turns, shipped_turns, thread_of
from assistant.types import DecisionContext, Mark, Understanding
from assistant.understanding.asides import Asides, shipped_asides
from assistant.understanding.bundle import Bundle
from assistant.understanding.cues import Cues, marks_of
from assistant.understanding.intents import voters_of
from assistant.understanding.questions import QuestionMarks, shipped_question_marks
from knowledge_base.search.search import make_query
from knowledge_base.search.snapshots import Snapshot
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Candidate, Query

POOL = 16
"""Candidates that confidence ranks."""

_KEPT = 10


class Reader:
    """Understands messages with one bundle and one published state."""

    def __init__(
        self,
        bundle: Bundle,
        snapshot: Snapshot,
        tokenizer: Tokenizer,
        taxonomy: Taxonomy,
        cues: Cues,
        turns: Turns | None = None,
        asides: Asides | None = None,
        questions: QuestionMarks | None = None,
    ) -> None:
        self._bundle = bundle
        self._snapshot = snapshot
        self._tokenizer = tokenizer
        self._cues = cues
        self._turns = turns or shipped_turns()
        self._asides = asides or shipped_asides()
        self._questions = questions or shipped_question_marks()
        self._unanswerable = taxonomy.handoff | taxonomy.declined

    def read(self, raw: str, context: DecisionContext) -> tuple[Understanding, DecisionContext]:
        """Understand a message within its conversation.

        Args:
            raw: The message as typed.
            context: Channel, segment and earlier messages.

        Returns:
            What is understood, and the context with the answers that were turned down.
        """
        text, asides = self._asides.strip(raw)
        query = replace(self._made(text), raw=raw)
        understanding, context = self._in_thread(query, context)
        parts = () if _disturbed(asides) or context.rejecting else self._parts(raw, context)
        whole = replace(understanding, span=(0, len(raw)), parts=parts, asides=asides)
        return whole, context

    def understand(self, query: Query, context: DecisionContext) -> Understanding:
        """Return intents, ranked candidates and marks of one query by itself."""
        vector = self._bundle.encoder.encode([query.normalized])[0]
        index = self._snapshot.index
        near = index.nearest(vector)
        prediction = self._bundle.intents.predict(query.normalized, vector, voters_of(index, near))
        found = self._usable(index.search(query, vector, top=POOL, neighbours=near), context)
        ranked = self._bundle.confidence.rank(
            query,
            found,
            self._snapshot.entries,
            index.intents_served,
            prediction,
            self._bundle.entry_head.log_probabilities(vector, found),
            self._unanswerable,
            _KEPT,
        )
        marks = marks_of(self._cues, query.normalized, prediction)
        return Understanding(
            query,
            prediction,
            ranked,
            complex_case=marks.complex_case,
            vague=marks.vague,
            self_harm=marks.self_harm,
            unasked=marks.unasked,
        )

    def _in_thread(self, query: Query, context: DecisionContext) -> tuple[Understanding, DecisionContext]:
        """Understand a query by itself, and with its thread where it leans on earlier messages."""
        earlier = [self._made(text).normalized for text in context.history]
        thread = thread_of(self._turns, query.normalized, earlier)
        if thread.base and thread.rejections:
            base = self.understand(self._query(thread.base, query), context)
            return base, _rejecting(base, context, thread.rejections)
        alone = self.understand(query, context)
        if not thread.base or not self._turns.is_follow_up(query.normalized):
            return alone, context
        completed = self._query(self._turns.completed(query.normalized, thread.base), query)
        joined = self.understand(completed, context)
        return (joined if _is_surer(joined, alone) else alone), context

    def _made(self, text: str) -> Query:
        return make_query(text, self._tokenizer, self._snapshot.index.speller)

    def _query(self, text: str, original: Query) -> Query:
        return replace(self._made(text), raw=original.raw, script=original.script)

    def _parts(self, raw: str, context: DecisionContext) -> tuple[Understanding, ...]:
        found = []
        for span in self._questions.questions_in(raw):
            understanding = self.understand(self._made(span.text), context)
            found.append(replace(understanding, span=(span.start, span.end), leans=span.leans))
        return tuple(found)

    def _usable(self, candidates: Sequence[Candidate], context: DecisionContext) -> Sequence[Candidate]:
        """Return the candidates whose entry holds today and is meant for the channel."""
        today, entries = dt.date.today(), self._snapshot.entries
        return [one for one in candidates if entries[one.entry_id].is_meant_for(context.channel, today)]


def _disturbed(asides: Sequence[Mark]) -> bool:
    """Tell whether the raw text holds orders or abuse, which its parts would be read with."""
    return bool(set(asides) - {"personal_data"})


def _rejecting(base: Understanding, context: DecisionContext, rejections: int) -> DecisionContext:
    """Add the answers that were given to ``base`` so far to the rejected ones."""
    turned_down = _first_ids(base, rejections)
    rejected = context.rejected_entries | frozenset(turned_down)
    return replace(context, rejecting=True, rejected_entries=rejected)


def _first_ids(understanding: Understanding, count: int) -> Sequence[str]:
    return [scored.candidate.entry_id for scored in understanding.candidates[:count]]


def _is_surer(joined: Understanding, alone: Understanding) -> bool:
    return alone.vague or joined.confidence > alone.confidence
