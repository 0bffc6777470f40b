"""Indexes a state that is not published, once for everything that looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from api.services import Retrieval, Services
from knowledge_base.editing.repository import content_hash
from knowledge_base.search.snapshots import Snapshot
from knowledge_base.types import Entry


class DraftIndex:
    """Gives the indexed state of entries; what was indexed last, or serves, is not indexed again."""

    def __init__(self, services: Services) -> None:
        self._served = services.snapshot
        self._retrieval = Retrieval(services.settings, services.home, services.tokenizer, services.bundle)
        self._last: tuple[Sequence[Entry], Snapshot] | None = None

    def __call__(self, entries: Sequence[Entry]) -> Snapshot:
        """Return the state.

        Raises:
            ContentError: There is no answer to search for.
        """
        if self._last is None or self._last[0] is not entries:
            self._last = (entries, self._indexed(entries))
        return self._last[1]

    def _indexed(self, entries: Sequence[Entry]) -> Snapshot:
        served = self._served
        if _asked(entries) != _asked(tuple(served.entries.values())):
            return self._retrieval.snapshot(entries)
        by_id = {entry.id: entry for entry in entries}
        return replace(served, version=content_hash(entries)[:12], entries=by_id)


def _asked(entries: Sequence[Entry]) -> list[tuple[object, ...]]:
    """Return all that an index of entries is made from: where only answers differ, it is the same."""
    return [(entry.id, entry.kind, entry.intent, entry.questions) for entry in entries]
