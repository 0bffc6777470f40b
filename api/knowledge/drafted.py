"""Published states with one entry as somebody is writing it, kept so that trying again is quick."""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Generic, TypeVar

from starlette.requests import HTTPConnection

from api.services import Services
from api.validation import retrieval_bounds
from knowledge_base.editing.checks.retrieval import RetrievalReport, measure_retrieval
from knowledge_base.editing.law_changes import added_laws, replacements
from knowledge_base.editing.rules import Rules, shipped_rules
from knowledge_base.laws import read_laws
from knowledge_base.search.snapshots import Snapshot, asked_of, with_entry
from knowledge_base.types import Entry

Made = TypeVar("Made")

_KEPT = 8


class _Newest(Generic[Made]):
    """Keeps what was made last; two who want the same at once wait for one making."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made = OrderedDict[Hashable, Made]()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what is kept under ``key``, or make and keep it."""
        with self._lock:
            if key not in self._made:
                self._made[key] = make()
                while len(self._made) > _KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
            return self._made[key]


class DraftedStates:
    """Indexes and rules for checking and trying drafts; lives as ``app.state.drafted``."""

    def __init__(self) -> None:
        self._snapshots = _Newest[Snapshot]()
        self._rules = _Newest[Rules]()
        self._reports = _Newest[RetrievalReport]()

    def snapshot(self, services: Services, entry_id: str, entry: Entry | None) -> Snapshot:
        """Return the published state with one entry as given; None takes it away.

        What an index knows of the entry decides: while only its answer is being written, the
        index is not made again.
        """
        key = _key(services, entry_id, entry)
        bundle, tokenizer = services.bundle, services.tokenizer

        def make() -> Snapshot:
            return with_entry(services.snapshot, entry_id, entry, bundle.encoder, tokenizer, bundle.examples)

        kept = self._snapshots.get(key, make)
        entries = {one_id: one for one_id, one in services.snapshot.entries.items() if one_id != entry_id}
        return replace(kept, entries={**entries, entry_id: entry} if entry else entries)

    def report(self, services: Services, entry: Entry, *, thorough: bool) -> RetrievalReport:
        """Return what asking the questions of an answer shows, with it in place.

        Args:
            services: What is served.
            entry: The answer as it is being written.
            thorough: Ask the questions of near entries, too.
        """

        def make() -> RetrievalReport:
            snapshot = self.snapshot(services, entry.id, entry)
            count = sum(len(one.questions) for one in snapshot.entries.values() if one.kind == "answer")
            bounds = retrieval_bounds(services.settings)
            changed = frozenset({entry.id})
            return measure_retrieval(
                snapshot.index, count, services.tokenizer, bounds, changed=changed, around=thorough
            )

        return self._reports.get((thorough, *_key(services, entry.id, entry)), make)

    def services(self, services: Services, entry_id: str, entry: Entry | None) -> Services:
        """Return services that answer from such a state."""
        return replace(services, snapshot=self.snapshot(services, entry_id, entry))

    def rules(self, services: Services, today: dt.date) -> Rules:
        """Return what entries are checked against here and now."""
        own = services.own
        with services.database.reading() as session:
            added, replaced = added_laws(session), replacements(session)
        key = (today, added, replaced, own.wordings, own.company)

        def make() -> Rules:
            laws = read_laws().with_laws(added).replaced(replaced)
            return shipped_rules(own.company, today, laws=laws, forbidden=own.wordings)

        return self._rules.get(key, make)


def _key(services: Services, entry_id: str, entry: Entry | None) -> tuple[Hashable, ...]:
    own = services.own.edit  # other words mean another index of the same entries
    return services.published.info.number, services.snapshot.version, own, entry_id, asked_of(entry)


def drafted_of(connection: HTTPConnection) -> DraftedStates:
    """Return the drafted states of the application that a request came to."""
    states: DraftedStates = connection.app.state.drafted
    return states
