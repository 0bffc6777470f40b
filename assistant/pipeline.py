"""The whole way of one message: understand, decide, reply, record."""

from __future__ import annotations

import datetime as dt
import time
import traceback
import uuid
from collections.abc import Callable
from dataclasses import replace

import structlog

from assistant.policy import decide
from assistant.replies import ReplyWriter
from assistant.types import (
    Decision,
    DecisionContext,
    IntentPrediction,
    Part,
    Reply,
    ScoredCandidate,
    Understanding,
)
from assistant.understanding.bundle import Bundle
from assistant.understanding.cues import Cues, marks_of
from assistant.understanding.intents import voters_of
from knowledge_base.search.search import make_query
from knowledge_base.search.snapshots import Snapshot
from knowledge_base.search.text import require_message
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Query

Recorder = Callable[[Reply, Query, DecisionContext], None]
"""Takes note of a decision; must not raise for the customer's sake."""

POOL = 24
"""Candidates that confidence ranks; the ten best are kept."""

_KEPT = 10
_log = structlog.get_logger(__name__)


class Assistant:
    """Answers messages from one bundle and one published state.

    Everything is passed in: only the composition root knows where it comes from.
    """

    def __init__(
        self,
        bundle: Bundle,
        snapshot: Snapshot,
        tokenizer: Tokenizer,
        taxonomy: Taxonomy,
        writer: ReplyWriter,
        cues: Cues,
        recorder: Recorder | None = None,
    ) -> None:
        self.bundle = bundle
        self.snapshot = snapshot
        self._tokenizer = tokenizer
        self._taxonomy = taxonomy
        self._writer = writer
        self._cues = cues
        self._recorder = recorder
        self._unanswerable = taxonomy.handoff | taxonomy.declined

    def reply(self, text: str, context: DecisionContext | None = None) -> Reply:
        """Reply to a message.

        A failure of model or index becomes a handoff with an apology, never
        silence.

        Raises:
            InvalidInputError: The text is empty, blank or too long.
        """
        context = context or DecisionContext()
        started = time.perf_counter()
        query = Query(require_message(text), "", "hans", ())
        try:
            query = make_query(text, self._tokenizer)
            reply = self._compose(self.decide(query, context), query, started)
        except Exception as error:  # whatever breaks, the customer gets a person
            # The error's own text may quote the customer, so only its place is logged.
            _log.error("understanding_failed", error=type(error).__name__, place=_place_of(error))
            reply = self._compose(_failure(query), query, started)
        if self._recorder:
            self._recorder(reply, query, context)
        return reply

    def decide(self, query: Query, context: DecisionContext) -> Decision:
        """Understand a query and decide, with the versions that did it."""
        understanding = self.understand(query, context)
        decision = decide(understanding, context, self.bundle.thresholds, self._taxonomy)
        return replace(decision, kb_version=self.snapshot.version, bundle_version=self.bundle.version)

    def understand(self, query: Query, context: DecisionContext) -> Understanding:
        """Return intents, ranked candidates and marks of a query."""
        vector = self.bundle.encoder.encode([query.normalized])[0]
        index = self.snapshot.index
        near = index.nearest(vector)
        prediction = self.bundle.intents.predict(query.normalized, vector, voters_of(index, near))
        found = [
            candidate
            for candidate in index.search(query, vector, top=POOL, neighbours=near)
            if self._may_answer(candidate.entry_id, context)
        ]
        ranked: tuple[ScoredCandidate, ...] = self.bundle.confidence.rank(
            query, found, self.snapshot.entries, prediction, self._unanswerable
        )
        marks = marks_of(self._cues, query.normalized, prediction)
        return Understanding(
            query, prediction, ranked[:_KEPT], marks.complex_case, marks.vague, marks.self_harm
        )

    def _may_answer(self, entry_id: str, context: DecisionContext) -> bool:
        entry = self.snapshot.entries[entry_id]
        return entry.is_valid_on(dt.date.today()) and (
            not entry.channels or context.channel in entry.channels
        )

    def _compose(self, decision: Decision, query: Query, started: float) -> Reply:
        citations = self._writer.citations(decision)
        text = self._writer.text(decision, query.normalized)
        return Reply(
            decision_id=uuid.uuid4().hex,
            decision=decision,
            text=text,
            choices=decision.choices,
            citations=citations,
            related=self._writer.related(decision),
            revision=citations[0].revision if citations else None,
            ticket_id=None,
            elapsed_ms=(time.perf_counter() - started) * 1000.0,
        )


def _place_of(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


def _failure(query: Query) -> Decision:
    nothing = IntentPrediction("human_agent", 0.0, ())
    part = Part((0, len(query.raw)), "human_agent", 0.0, None, "handoff")
    return Decision("handoff", "failure", (part,), 0.0, "human_agent", (), nothing, queue="general")
