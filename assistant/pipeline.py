"""The whole way of one message: understand, decide, reply, record."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import replace

import structlog

from assistant.policy import decide
from assistant.replies import ReplyWriter
from assistant.traditional import TraditionalWriter
from assistant.types import Decision, DecisionContext, IntentPrediction, Part, Reply
from assistant.understanding.bundle import Bundle
from assistant.understanding.cues import Cues
from assistant.understanding.reader import Reader
from knowledge_base.errors import place_of
from knowledge_base.search.snapshots import Snapshot
from knowledge_base.search.text import require_message, script_of
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Query

Recorder = Callable[[Reply, Query, DecisionContext], None]
"""Takes note of a decision; must not raise for the customer's sake."""

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
        traditional: TraditionalWriter | None = None,
    ) -> None:
        self.bundle = bundle
        self.snapshot = snapshot
        self._reader = Reader(bundle, snapshot, tokenizer, taxonomy, cues)
        self._taxonomy = taxonomy
        self._writer = writer
        self._recorder = recorder
        self._traditional = traditional

    def reply(
        self, text: str, context: DecisionContext | None = None, recorder: Recorder | None = None
    ) -> Reply:
        """Reply to a message.

        A failure of model or index becomes a handoff with an apology, never
        silence.

        Args:
            text: The message as typed.
            context: What is known beside it.
            recorder: Takes note of this decision instead of the assistant's own.

        Raises:
            InvalidInputError: The text is empty, blank or too long.
        """
        context = context or DecisionContext()
        started = time.perf_counter()
        query = Query(require_message(text), "", "hans", ())
        try:
            decision, query = self.decide(text, context)
            reply = self._compose(decision, query, started)
        except Exception as error:  # whatever breaks, the customer gets a person
            # The error's own text may quote the customer, so only its place is logged.
            _log.error("understanding_failed", error=type(error).__name__, place=place_of(error))
            query = replace(query, script=script_of(text))
            reply = self._compose(_failure(query), query, started)
        recorder = recorder or self._recorder
        if recorder:
            recorder(reply, query, context)
        return reply

    def decide(self, text: str, context: DecisionContext) -> tuple[Decision, Query]:
        """Understand a message and decide, with the versions that did it."""
        understanding, context = self._reader.read(text, context)
        decision = decide(understanding, context, self.bundle.thresholds, self._taxonomy)
        decision = replace(decision, kb_version=self.snapshot.version, bundle_version=self.bundle.version)
        return decision, understanding.query

    def _compose(self, decision: Decision, query: Query, started: float) -> Reply:
        citations = self._writer.citations(decision)
        text = self._writer.text(decision, query.normalized)
        reply = Reply(
            decision_id=uuid.uuid4().hex,
            decision=decision,
            text=text,
            choices=decision.choices,
            citations=citations,
            related=self._writer.related(decision),
            revision=citations[0].revision if citations else None,
            ticket_id=None,
            elapsed_ms=0.0,
        )
        if self._traditional and query.script == "hant" and self._traditional.is_wanted(query.raw):
            reply = self._traditional.rewrite(reply)
        return replace(reply, elapsed_ms=(time.perf_counter() - started) * 1000.0)


def _failure(query: Query) -> Decision:
    nothing = IntentPrediction("human_agent", 0.0, ())
    part = Part((0, len(query.raw)), "human_agent", 0.0, None, "handoff")
    return Decision("handoff", "failure", (part,), 0.0, "human_agent", (), nothing, queue="general")
