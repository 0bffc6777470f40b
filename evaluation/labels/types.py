"""The values of labelling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from assistant.types import Action

Source = Literal["import", "upload", "log"]


@dataclass(frozen=True, slots=True)
class Label:
    """What one person holds to be right for a question.

    Attributes:
        intent: Empty where the text is too vague for one.
        queue: Where a handoff should go; None for other actions.
        entry_ids: Entries that would answer it; empty where none would.
    """

    action: Action
    intent: str = ""
    queue: str | None = None
    entry_ids: tuple[str, ...] = ()
    note: str = ""

    @property
    def meaning(self) -> tuple[object, ...]:
        """Return what two labels must share to agree; entries count where they are answered with."""
        entries = frozenset(self.entry_ids) if self.action == "answer" else frozenset()
        return self.action, self.intent, self.queue, entries


@dataclass(frozen=True, slots=True)
class Question:
    """A question to be labelled.

    Attributes:
        row_id: Its id in the file it came from, unique in its set.
        text: Masked; ``history`` are the messages before it, masked too.
        extra: Further fields of its row, which an export gives back.
    """

    row_id: str
    text: str
    history: tuple[str, ...] = ()
    channel: str = "web"
    product: str = ""
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a set is.

    Attributes:
        questions: All of them; each needs ``wanted`` labels.
        labels: Labels given.
        complete: Questions with all their labels.
        open_disagreements: Complete ones whose labels differ and that nobody decided yet.
        decided: Those that somebody decided.
        mine: Labels of whoever asks; ``left`` are questions that still need theirs.
    """

    questions: int
    wanted: int
    labels: int
    complete: int
    open_disagreements: int
    decided: int
    mine: int
    left: int
