"""How alike two questions are, letter by letter."""

from __future__ import annotations

import re

from knowledge_base.search.text import normalize


def letter_bigrams(text: str) -> frozenset[str]:
    """Return the character bigrams of a text without punctuation; one letter is its own."""
    letters = re.sub(r"\W", "", normalize(text))
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1)) or frozenset({letters})


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard index of two sets, 0..1 (Jaccard 1912)."""
    return len(one & other) / len(one | other)
