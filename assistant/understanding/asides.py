"""Orders to the assistant, abuse and personal data: marked, and left out of what is understood.

They are no part of the question. A text that holds nothing else is understood as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.dialogue import dialogue_lists
from assistant.types import Mark
from knowledge_base.personal_data import LABELS, has_personal_data, mask_personal_data

_CLAUSE = re.compile(r"[^,，。.!！?？;；\n]*[,，。.!！?？;；\n]*")
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Asides:
    """Patterns of what stands beside a question."""

    injection: re.Pattern[str]
    abuse: re.Pattern[str]

    def strip(self, raw: str) -> tuple[str, tuple[Mark, ...]]:
        """Return the question of a text, and the marks of what was left out.

        A clause with an order goes as a whole; a swear word and a number go alone.
        """
        marks: list[Mark] = []
        text = raw
        if has_personal_data(text):
            marks.append("personal_data")
            text = LABELS.sub(" ", mask_personal_data(text))
        if self.injection.search(text.lower()):
            marks.append("injection")
            text = "".join(c for c in _CLAUSE.findall(text) if not self.injection.search(c.lower()))
        if self.abuse.search(text.lower()):
            marks.append("abuse")
            text = self.abuse.sub(" ", text.lower())
        letters = sum(char.isalnum() for char in text)
        return (text if letters >= _LEAST else raw), tuple(marks)


@cache
def shipped_asides() -> Asides:
    """Return the patterns that come with the package."""
    lists = dialogue_lists()
    return Asides(**{name: re.compile("|".join(lists[name])) for name in ("injection", "abuse")})
