"""What editing hands around: changes, snapshots, and what a publish is checked for.

What must hold before a publish is passed in as ``PublishCheck`` functions, so
that a check may live above this package (replaying logged questions does).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any, Literal

from knowledge_base.types import Entry

Severity = Literal["error", "warning"]
"""An error refuses the publish; a warning is listed and lets it pass."""


@dataclass(frozen=True, slots=True)
class PublishFinding:
    """What a check has against a draft state; ``entry_id`` is empty for the state as a whole.

    Attributes:
        message: The finding in a sentence.
        code: The kind of finding, for pages that word it themselves; empty where a check has none.
        field: The field that it is about; empty for the entry as a whole.
        found: The words, name or number that it is about.
        instead: What to write instead.
        put: Words that may take the place of what was found as they are.
        item: Which item of the field, from 0, where it is a list.
        start: Where in the text it begins, and ``end`` where it ends; both 0 for all of it.
    """

    severity: Severity
    entry_id: str
    message: str
    code: str = ""
    field: str = ""
    found: str = ""
    instead: str = ""
    put: str = ""
    item: int | None = attribute(default=None, compare=False)
    start: int = attribute(default=0, compare=False)
    end: int = attribute(default=0, compare=False)

    def __str__(self) -> str:
        """Return the finding in one line."""
        return f"{self.severity}: {self.entry_id + ': ' if self.entry_id else ''}{self.message}"


@dataclass(frozen=True, slots=True)
class DraftState:
    """What would be published, beside what is.

    Attributes:
        entries: The whole state after the publish, in the order of ids.
        previous: The whole state that is published now, in the order of ids.
        changed: Ids that the publish adds or changes (not those it takes away).
        today: The day the checks look from.
    """

    entries: tuple[Entry, ...]
    previous: tuple[Entry, ...]
    changed: frozenset[str]
    today: dt.date


RELEASE = "release"
"""The actor of what a release of the shipped content does; nobody else may use the name."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something to the knowledge base, why, and when (UTC)."""

    actor: str
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """A text that someone wants to save.

    Attributes:
        entry: The whole entry; status ``retired`` asks to take it away, every
            other status saves it to be published.
        based_on: The revision the editor had before them; None for "whatever is
            newest", which never conflicts.
    """

    entry: Entry
    based_on: int | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """Ids by what a save did with them."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """A published state without its entries.

    Attributes:
        number: Counts up by one from 1.
        content_hash: SHA-256 over all it holds (``repository.content_hash``).
        entry_count: How many entries it holds.
        actor: Who published it.
        created_at: When, in UTC.
        reason: Why.
        forced: More entries vanished than usual, and the actor said so.
    """

    number: int
    content_hash: str
    entry_count: int
    actor: str
    created_at: dt.datetime
    reason: str
    forced: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One thing done to an entry.

    Attributes:
        action: saved, submitted, sent_back, discarded, published, retired, suspended or
            rolled_back.
        snapshot: The published state it became part of, if any.
        diff: A mapping (field, before, after) a field that a save changed.
    """

    entry_id: str
    revision: int
    action: str
    actor: str
    changed_at: dt.datetime
    reason: str
    snapshot: int | None
    diff: tuple[dict[str, Any], ...]


PublishCheck = Callable[[DraftState], Sequence[PublishFinding]]
"""A function that lists what it has against a draft state; empty where nothing."""
