"""Chooses the acknowledgement that fits the words of a message that goes to a person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from knowledge_base.search.lexicon import read_lexicon


@cache
def shipped_situations() -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of ``situations.yaml`` by entry id, in the order of the file."""
    lists = read_lexicon("situations")
    return {entry_id: re.compile("|".join(items)) for entry_id, items in lists.items()}


def situation_of(intent: str, normalized: str) -> str:
    """Return the id of the acknowledgement of ``intent`` that fits, its default where none does."""
    for entry_id, pattern in shipped_situations().items():
        if entry_id.startswith(f"{intent}.") and pattern.search(normalized):
            return entry_id
    return f"{intent}.default"
