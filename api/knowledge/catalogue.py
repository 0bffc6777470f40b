"""All entries as they stand now, in memory: lists and searches of thousands take no query each.

Whatever is done to an entry adds a line to its history, by this process or another, under one
lock. So the number of the newest line tells whether something changed, and the lines after the
one that was read tell what: only that is read again.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from knowledge_base.editing.heads import Head, changed_since, heads_hash, newest_change, read_heads
from knowledge_base.search.text import to_simplified
from knowledge_base.types import Entry


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry in the catalogue.

    Attributes:
        text: All that an editor may look for in it, folded.
        place: What the catalogue is sorted by: written last first, then by id.
    """

    head: Head
    text: str
    place: tuple[float, str]

    @property
    def entry(self) -> Entry:
        """Return the newest revision."""
        return self.head.entry


@dataclass(frozen=True, slots=True)
class State:
    """All entries at one moment.

    Attributes:
        listed: By id; what was written last comes first, and among equals the lesser id.
        change: Number of the line of history up to which this is true.
        content: Hash of what everything that is not retired says.
    """

    change: int
    listed: Mapping[str, Listed]
    content: str


class Catalogue:
    """Keeps the newest revision of every entry."""

    def __init__(self) -> None:
        self._state = State(0, {}, heads_hash(()))
        self._reading = threading.Lock()

    def read(self, session: Session) -> State:
        """Return all entries, as the session sees them or newer."""
        newest = newest_change(session)
        if newest > self._state.change:
            with self._reading:
                if newest > self._state.change:
                    self._state = _advanced(session, self._state, newest)
        return self._state


def _advanced(session: Session, state: State, newest: int) -> State:
    ids = changed_since(session, state.change) if state.change else None
    changed = {entry_id: _listed(head) for entry_id, head in read_heads(session, ids).items()}
    ordered = sorted({**state.listed, **changed}.values(), key=lambda one: one.place)
    return State(newest, {one.entry.id: one for one in ordered}, heads_hash(one.head for one in ordered))


def _listed(head: Head) -> Listed:
    entry = head.entry
    texts = (entry.id, *entry.questions, entry.answer, entry.short_answer)
    return Listed(head, folded("\n".join(texts)), (-head.written_at.timestamp(), entry.id))


def folded(text: str) -> str:
    """Return a text whose width and case do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> tuple[str, ...]:
    """Return what is looked for in the texts, word by word; traditional script finds simplified."""
    return tuple(folded(to_simplified(text)).split())
