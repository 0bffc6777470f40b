"""Marks of a message that stand beside its intent: complex, vague, self-harm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from knowledge_base.search.lexicon import LEXICONS, insurance_terms

VAGUE_BELOW = 2
"""Fewer characters than this, once empty words are gone, name no topic."""


@dataclass(frozen=True, slots=True)
class Cues:
    """Word lists of ``cues.yaml``."""

    harm: tuple[str, ...]
    dispute: tuple[str, ...]
    own_case: tuple[str, ...]
    self_harm: tuple[str, ...]
    self_harm_topics: tuple[str, ...]
    empty: tuple[str, ...]

    def is_complex(self, normalized: str) -> bool:
        """Tell whether someone's own case joins injury or death with fault, lawyer or court."""
        return all(_any(words, normalized) for words in (self.harm, self.dispute, self.own_case))

    def is_vague(self, normalized: str) -> bool:
        """Tell whether nothing is left that could name a topic; an insurance term names one."""
        if _any(insurance_terms(), normalized):
            return False
        rest = re.sub(r"[\W\d_]", "", normalized)
        for word in self.empty:
            rest = rest.replace(word, "")
        return len(rest) < VAGUE_BELOW

    def is_self_harm(self, normalized: str) -> bool:
        """Tell whether someone says they do not want to live."""
        return _any(self.self_harm, normalized)

    def mentions_self_harm(self, normalized: str) -> bool:
        """Tell whether the text speaks of ending a life, be it only as a topic."""
        return self.is_self_harm(normalized) or _any(self.self_harm_topics, normalized)


def _any(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)


@cache
def shipped_cues() -> Cues:
    """Return the cues that come with the package; longer empty words go first."""
    lists: dict[str, Any] = yaml.safe_load((LEXICONS / "cues.yaml").read_text(encoding="utf-8"))
    lists["empty"] = sorted(lists["empty"], key=len, reverse=True)
    return Cues(**{name: tuple(words) for name, words in lists.items()})
