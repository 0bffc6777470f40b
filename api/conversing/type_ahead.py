"""Completes what is being typed with published questions."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from knowledge_base.search.snapshots import Snapshot
from knowledge_base.search.text import normalize
from knowledge_base.types import Entry

_SUGGESTED = 5


class TypeAhead:
    """All questions of one published state, normalised once."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        answers = [entry for entry in entries.values() if entry.kind == "answer"]
        self._questions = [(normalize(text), text, entry.id) for entry in answers for text in entry.questions]

    def complete(self, typed: str) -> list[tuple[str, str]]:
        """Return questions that begin with, or hold, what is typed, with their entries; one an entry."""
        begun = normalize(typed).strip(" ?？。，,")
        if not begun:
            return []
        found = ((text.find(begun), len(text), shown, entry_id) for text, shown, entry_id in self._questions)
        first: dict[str, str] = {}
        for _, _, shown, entry_id in sorted(one for one in found if one[0] >= 0):
            first.setdefault(entry_id, shown)
            if len(first) == _SUGGESTED:
                break
        return [(shown, entry_id) for entry_id, shown in first.items()]


class TypeAheadOfSnapshots:
    """Keeps the questions of the state that is served; lives as long as the application."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, TypeAhead] | None = None

    def of(self, snapshot: Snapshot) -> TypeAhead:
        """Return the questions of a published state."""
        with self._lock:
            if self._kept is None or self._kept[0] != snapshot.version:
                self._kept = (snapshot.version, TypeAhead(snapshot.entries))
            return self._kept[1]
