"""A message may hold two questions: where each of them stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.dialogue import dialogue_lists
from knowledge_base.search.lexicon import insurance_terms
from knowledge_base.search.text import normalize

MOST = 3
"""More questions than this are one long story."""

_LEAST = 4
_ENDS = re.compile(r"[?？。!！;；\n]+")


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text.

    Attributes:
        start: Its first character.
        end: The one behind its last.
        leans: It asks without naming what about ("能补吗"), so it may be about the question before it.
    """

    start: int
    end: int
    text: str
    leans: bool = False


@dataclass(frozen=True, slots=True)
class QuestionMarks:
    """Patterns that tell questions from statements and one question from the next."""

    asks: re.Pattern[str]
    joints: re.Pattern[str]
    opens: re.Pattern[str]
    demands: re.Pattern[str]
    topics: re.Pattern[str]
    ways: re.Pattern[str]

    def questions_in(self, raw: str) -> tuple[Span, ...]:
        """Return the questions of a text with what leads up to each; fewer than two are none.

        A statement belongs to the question behind it ("我昨天撞车了。要报案吗？"), but for one
        that opens another topic ("另外我要投诉").
        """
        spans: list[Span] = []
        start = 0
        for end in self._borders(raw):
            clause = raw[start:end]
            told = self.asks.search(clause) or (spans and self._demands(clause))
            if told and sum(char.isalnum() for char in clause) >= _LEAST:
                spans.append(Span(start, end, clause, bool(spans) and self._leans(clause)))
                start = end
        return tuple(spans) if 2 <= len(spans) <= MOST else ()

    def _demands(self, clause: str) -> bool:
        """Tell whether a statement opens another topic and wants something."""
        return self.opens.search(clause) is not None and self.demands.search(clause) is not None

    def _leans(self, clause: str) -> bool:
        """Tell whether a question names no topic of its own: "能补吗", "会不会影响理赔".

        A topic stands before what is asked, or right behind the way that is asked for (怎么退保).
        """
        if self.opens.search(clause):
            return False
        text = normalize(clause)
        topic = self.topics.search(text)
        if not topic:
            return True
        before = text[: topic.start()]
        return self.asks.search(before) is not None and self.ways.search(before) is None

    def _borders(self, raw: str) -> list[int]:
        ends = [match.end() for match in _ENDS.finditer(raw)]
        joints = [match.start() for match in self.joints.finditer(raw) if match.start()]
        return sorted({*ends, *joints, len(raw)})


@cache
def shipped_question_marks() -> QuestionMarks:
    """Return the patterns that come with the package."""
    lists = dialogue_lists()
    named = {name: lists[name] for name in ("asks", "joints", "opens", "demands", "ways")}
    named["topics"] = [*lists["topics"], *map(re.escape, insurance_terms())]
    return QuestionMarks(**{name: re.compile("|".join(items)) for name, items in named.items()})
