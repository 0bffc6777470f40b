"""What a customer wants, in two lines of their own words; nothing is generated."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from assistant.dialogue import shipped_turns, topics_in
from assistant.understanding.entities import find_entities
from assistant.understanding.questions import shipped_question_marks
from knowledge_base.personal_data import mask_personal_data, mask_where_needed
from knowledge_base.search.text import normalize

LINES = 2
LONGEST_LINE = 60
"""Characters of a line; the rest of it is cut off."""

_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;]*")
_SIGNS = re.compile(r"\W")
_LEAST = 2
_MOST_NAMED = 4

# What carries the question counts more than what it names; length and place break ties only.
_ASKS, _WANTS, _NAMED, _TOPIC = 3.0, 3.0, 1.0, 1.0
_LONG, _LATER = 0.6, 0.1
_LONG_ENOUGH = 20
_BARE_QUESTION = 4
"""Letters from which a question counts that names nothing: "在吗" asks nothing."""


def summarise(texts: Sequence[str], today: dt.date) -> str:
    """Return the sentences that say best what the customer wants, masked, one a line.

    Args:
        texts: The customer's messages as typed, oldest first.
        today: The day that 昨天 is seen from.
    """
    told = _told(texts)
    content = [_content(sentence, today) for sentence in told]
    if any(content):  # beside what says something, a greeting says nothing
        told = [sentence for sentence, score in zip(told, content, strict=True) if score]
        content = [score for score in content if score]
    scores = [score + _tie(told, place) for place, score in enumerate(content)]
    best = sorted(range(len(told)), key=lambda place: -scores[place])[:LINES]
    return "\n".join(_shortened(mask_where_needed(told[place])) for place in sorted(best))


def _told(texts: Sequence[str]) -> list[str]:
    """Return the sentences in order; one that is said twice stands where it was said last."""
    told: dict[str, str] = {}
    for text in texts:
        for sentence in _sentences(text):
            key = _SIGNS.sub("", normalize(mask_personal_data(sentence)))
            told.pop(key, None)
            told[key] = sentence
    return list(told.values())


def _sentences(text: str) -> list[str]:
    turns = shipped_turns()
    found = (match[0].strip() for match in _SENTENCE.finditer(text))
    # "不是这个" says nothing by itself.
    return [s for s in found if _letters(s) >= _LEAST and not turns.is_rejection(normalize(s))]


def _content(sentence: str, today: dt.date) -> float:
    marks = shipped_question_marks()
    named = {(entity.kind, str(entity.value)) for entity in find_entities(sentence, today)}
    topics = set(topics_in(normalize(sentence)))
    names = _NAMED * min(len(named), _MOST_NAMED) + _TOPIC * min(len(topics), _MOST_NAMED)
    asks = bool(marks.asks.search(sentence)) and (names or _letters(sentence) >= _BARE_QUESTION)
    return names + _ASKS * bool(asks) + _WANTS * bool(marks.demands.search(sentence))


def _tie(told: Sequence[str], place: int) -> float:
    length = min(len(told[place]), _LONG_ENOUGH) / _LONG_ENOUGH
    return _LONG * length + _LATER * place / len(told)


def _letters(sentence: str) -> int:
    return sum(char.isalnum() for char in sentence)


def _shortened(line: str) -> str:
    flat = " ".join(line.split())
    return flat if len(flat) <= LONGEST_LINE else flat[: LONGEST_LINE - 1] + "…"
