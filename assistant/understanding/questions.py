"""A message may hold two questions: where each of them stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.dialogue import dialogue_lists

MOST = 3
"""More questions than this are one long story."""

_LEAST = 4
_ENDS = re.compile(r"[?？。!！;；\n]+")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text: start and end in characters, and the text itself."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class QuestionMarks:
    """Patterns that tell questions from statements and one question from the next."""

    asks: re.Pattern[str]
    joints: re.Pattern[str]

    def questions_in(self, raw: str) -> tuple[Span, ...]:
        """Return the questions of a text with what leads up to each; fewer than two are none.

        A statement belongs to the question behind it ("我昨天撞车了。要报案吗？").
        """
        spans: list[Span] = []
        start = 0
        for end in self._borders(raw):
            clause = raw[start:end]
            if self.asks.search(clause) and sum(char.isalnum() for char in clause) >= _LEAST:
                spans.append(Span(start, end, clause))
                start = end
        return tuple(spans) if 2 <= len(spans) <= MOST else ()

    def _borders(self, raw: str) -> list[int]:
        ends = [match.end() for match in _ENDS.finditer(raw)]
        joints = [match.start() for match in self.joints.finditer(raw) if match.start()]
        return sorted({*ends, *joints, len(raw)})


@cache
def shipped_question_marks() -> QuestionMarks:
    """Return the patterns that come with the package."""
    lists = dialogue_lists()
    return QuestionMarks(**{name: re.compile("|".join(lists[name])) for name in ("asks", "joints")})
