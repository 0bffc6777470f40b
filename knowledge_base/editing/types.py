"""What a publish hands to its checks, and what they hand back.

What must hold before a publish is passed in as ``PublishCheck`` functions, so
that a check may live above this package (replaying logged questions does).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge_base.types import Entry

Severity = Literal["error", "warning"]
"""An error refuses the publish; a warning is listed and lets it pass."""


@dataclass(frozen=True, slots=True)
class PublishFinding:
    """What a check has against a draft state; ``entry_id`` is empty for the state as a whole."""

    severity: Severity
    entry_id: str
    message: str

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


PublishCheck = Callable[[DraftState], Sequence[PublishFinding]]
"""A function that lists what it has against a draft state; empty where nothing."""
