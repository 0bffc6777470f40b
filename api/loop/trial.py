"""A candidate beside the champion: who answers a message, and what the other one would have said.

The reply is sent first. What the other bundle decides is worked out afterwards in a thread of low
priority, from a queue that is bounded: where it is full, a message is left out and counted, so that
a candidate can never hold up a customer. Pairs are written some at a time.
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import structlog
from sqlalchemy import Table, insert

from api.live import LiveService
from api.low_priority import lower_priority
from api.services import with_bundle
from assistant.pipeline import Assistant, Recorder
from assistant.types import DecisionContext, Reply
from evaluation.online.trials import PairedDecisionRow, arm_of, on_trial
from knowledge_base.database import Database
from knowledge_base.errors import BaowenError, BundleError

QUEUE = 200
_AT_ONCE = 50
_PATIENCE = 1.0

_log = structlog.get_logger(__name__)
_INSERT = insert(cast(Table, PairedDecisionRow.__table__))


@dataclass(frozen=True, slots=True)
class Opponent:
    """A candidate that is ready; ``number`` is the published state it answers from."""

    version: str
    share: float
    champion: str
    number: int
    assistant: Assistant


@dataclass(frozen=True, slots=True)
class _Asked:
    text: str
    context: DecisionContext
    conversation_id: str | None
    sent: Reply
    other: Assistant
    candidate: str
    by_candidate: bool
    at: dt.datetime


class Trial:
    """Replies by the champion or the candidate, and notes what both decide."""

    def __init__(self, live: LiveService) -> None:
        self._live = live
        self._opponent: Opponent | None = None
        self._refused: tuple[str, int] | None = None
        self._waiting: queue.Queue[_Asked | None] = queue.Queue(QUEUE)
        self._worker: threading.Thread | None = None
        self.left_out = 0

    @property
    def opponent(self) -> Opponent | None:
        """Return the candidate on trial, where it is ready."""
        return self._opponent

    def reply(
        self,
        text: str,
        context: DecisionContext,
        recorder: Recorder | None = None,
        conversation_id: str | None = None,
    ) -> Reply:
        """Reply to a message by the bundle whose turn it is in this conversation.

        Args:
            text: The message.
            context: What is known beside it.
            recorder: Takes note of the decision instead of the log.
            conversation_id: Decides whose turn it is; without one it is the champion's.
        """
        champion, opponent = self._live.serving.assistant, self._opponent
        if opponent is None:
            return champion.reply(text, context, recorder)
        by_candidate = arm_of(conversation_id, opponent.version, opponent.share) == "candidate"
        mine, other = (opponent.assistant, champion) if by_candidate else (champion, opponent.assistant)
        reply = mine.reply(text, context, recorder)
        at = dt.datetime.now(dt.UTC)
        self._put(_Asked(text, context, conversation_id, reply, other, opponent.version, by_candidate, at))
        return reply

    def start(self) -> None:
        """Work off what is asked until ``stop``."""
        self._worker = threading.Thread(target=self._work, name="trial", daemon=True)
        self._worker.start()

    def stop(self) -> None:
        """Stop after what is being worked on; what waits is left out."""
        if self._worker:
            while not self._waiting.empty():
                self._waiting.get_nowait()
            self._waiting.put(None)
            self._worker.join()

    def follow(self) -> None:
        """Take over which candidate is on trial, and the state that is published.

        Raises:
            StorageError: The database cannot be read.
        """
        serving = self._live.serving
        with serving.services.database.reading() as session:
            row = on_trial(session)
            told = (row.version, row.share, row.folder) if row else None
        if told is None or told[0] == serving.services.bundle.version:
            self._opponent = None
            return
        version, share, folder = told
        known, made_for = self._opponent, (version, serving.number)
        if known and (known.version, known.number) == made_for and known.champion == _champion(self._live):
            if known.share != share:
                self._opponent = Opponent(version, share, known.champion, known.number, known.assistant)
        elif self._refused != made_for:
            self._load(version, share, Path(folder))

    def _load(self, version: str, share: float, folder: Path) -> None:
        serving = self._live.serving
        self._opponent = None
        try:
            services = with_bundle(serving.services, folder)
            if services.bundle.version != version:
                raise BundleError(f"Bundle {str(folder)!r} is {services.bundle.version}, not {version}.")
        except Exception as error:  # whatever is wrong with a candidate, the champion answers
            self._refused = version, serving.number
            problem = error.message if isinstance(error, BaowenError) else type(error).__name__
            _log.error("candidate_refused", candidate=version, problem=problem)
            return
        champion = serving.services.bundle.version
        self._opponent = Opponent(version, share, champion, serving.number, services.assistant())
        _log.info("candidate_on_trial", candidate=version, share=share)

    def _put(self, asked: _Asked) -> None:
        try:
            self._waiting.put_nowait(asked)
        except queue.Full:
            self.left_out += 1

    def _work(self) -> None:
        lower_priority()
        rows: list[dict[str, Any]] = []
        since = time.monotonic()
        while True:
            try:
                asked = self._waiting.get(timeout=_PATIENCE)
                if asked is None:
                    break
                rows.append(_pair(asked))
            except queue.Empty:
                pass
            if rows and (len(rows) >= _AT_ONCE or time.monotonic() - since > _PATIENCE):
                self._write(rows)
                rows, since = [], time.monotonic()
        self._write(rows)

    def _write(self, rows: list[dict[str, Any]]) -> None:
        try:
            if rows:
                _store(self._live.serving.services.database, rows)
        except Exception as error:  # a pair that is lost is not worth a customer's notice
            _log.error("pairs_not_stored", pairs=len(rows), error=type(error).__name__)


def _champion(live: LiveService) -> str:
    return live.serving.services.bundle.version


def _pair(asked: _Asked) -> dict[str, Any]:
    """Let the other one decide, and return both decisions as a row."""
    other = asked.other.reply(asked.text, asked.context, lambda *_: None)
    champion, candidate = (other, asked.sent) if asked.by_candidate else (asked.sent, other)
    return {
        "decision_id": asked.sent.decision_id,
        "candidate": asked.candidate,
        "at": asked.at,
        "conversation_id": asked.conversation_id,
        "arm": "candidate" if asked.by_candidate else "champion",
        **_columns("champion", champion),
        **_columns("candidate", candidate),
    }


def _columns(who: str, reply: Reply) -> dict[str, Any]:
    decision = reply.decision
    return {
        f"{who}_action": decision.action,
        f"{who}_entry_id": decision.entry_id,
        f"{who}_queue": decision.queue,
        f"{who}_confidence": decision.confidence,
    }


def _store(database: Database, rows: list[dict[str, Any]]) -> None:
    with database.transaction() as session:
        session.connection().execute(_INSERT, rows)
