"""What the earlier messages of a conversation lend to the present one.

A customer says "那多久能到账" after a question about claims, "重疾险呢" after one about
accident cover, or "不是这个" after an answer. The earlier messages are read again
rather than remembered: a reply depends on the texts alone, whichever process gives it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge_base.search.lexicon import insurance_terms, read_lexicon

LONGEST_FOLLOW_UP = 16
"""A message of more characters says by itself what it is about."""

LONGEST_REJECTION = 14


@dataclass(frozen=True, slots=True)
class Turns:
    """Regular expressions of ``dialogue.yaml`` for how messages follow each other."""

    rejection: re.Pattern[str]
    follow_up: re.Pattern[str]
    replaced: re.Pattern[str]

    def is_rejection(self, normalized: str) -> bool:
        """Tell whether the message turns down the last answer and says nothing else."""
        text = normalized.strip(" ,，。.!！?？~")
        return len(text) <= LONGEST_REJECTION and self.rejection.search(text) is not None

    def is_follow_up(self, normalized: str) -> bool:
        """Tell whether the message leans on the one before."""
        text = normalized.rstrip(" 。.!！?？~")
        if len(text) > LONGEST_FOLLOW_UP:
            return False
        return self.follow_up.search(text) is not None or not topics_in(text)

    def completed(self, normalized: str, earlier: str) -> str:
        """Return the message with the topic of the ``earlier`` one.

        "X呢" asks the earlier question of X; anything else gets the earlier topic words
        in front of it.
        """
        replaced = self.replaced.match(normalized.rstrip(" 。.!！?？~"))
        if replaced:
            return replaced["topic"] + _without(earlier, topics_in(earlier))
        lent = [term for term in topics_in(earlier) if term not in normalized]
        return "".join(lent) + normalized


@dataclass(frozen=True, slots=True)
class Thread:
    """Where a conversation stands.

    Attributes:
        base: The last message that asked something, empty at the beginning.
        rejections: How many answers to it were turned down, the present message included.
    """

    base: str
    rejections: int


def thread_of(turns: Turns, normalized: str, history: Sequence[str]) -> Thread:
    """Return what the present message refers to.

    Args:
        turns: The patterns.
        normalized: The present message.
        history: Earlier messages of the customer, normalised, oldest first.
    """
    rejections = int(turns.is_rejection(normalized))
    for earlier in reversed(history):
        if not turns.is_rejection(earlier):
            return Thread(earlier, rejections if turns.is_rejection(normalized) else 0)
        rejections += 1
    return Thread("", 0)


def topics_in(normalized: str) -> list[str]:
    """Return the insurance words of a text in their order, the longest where several overlap."""
    return _topic_pattern().findall(normalized)


def _without(text: str, words: Sequence[str]) -> str:
    for word in words:
        text = text.replace(word, "")
    return text


@cache
def _topic_pattern() -> re.Pattern[str]:
    words = sorted(insurance_terms(), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


@cache
def dialogue_lists() -> dict[str, Any]:
    """Return the raw lists of ``dialogue.yaml``."""
    return read_lexicon("dialogue")


@cache
def shipped_turns() -> Turns:
    """Return the patterns that come with the package."""
    lists = dialogue_lists()
    any_of = {name: re.compile("|".join(lists[name])) for name in ("rejection", "follow_up")}
    return Turns(**any_of, replaced=re.compile(lists["replaced"]))
