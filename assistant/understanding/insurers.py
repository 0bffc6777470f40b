"""Tells whether a customer speaks of another insurer, whose channels an answer cannot name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from knowledge_base.search.lexicon import read_lexicon
from knowledge_base.search.text import normalize


@cache
def _any_insurer() -> re.Pattern[str]:
    return re.compile("|".join(names.pattern for names in shipped_insurers().values()))


@cache
def shipped_insurers() -> Mapping[str, re.Pattern[str]]:
    """Return the patterns of ``insurers.yaml`` by brand."""
    lists = read_lexicon("insurers")
    brands: dict[str, list[str]] = {**lists["brands"], **{name: [name] for name in lists["plain"]}}
    return {
        brand: re.compile("|".join(names).replace("{behind}", lists["behind"]))
        for brand, names in brands.items()
    }


def names_other_insurer(normalized: str, own_names: Sequence[str]) -> bool:
    """Tell whether a normalised text names an insurer that is none of ``own_names``.

    Args:
        normalized: What the customer wrote.
        own_names: The company's full and short name.
    """
    if not _any_insurer().search(normalized):  # as in most messages: one pattern instead of sixty
        return False
    own = " ".join(normalize(name) for name in own_names)
    named = [(brand, names) for brand, names in shipped_insurers().items() if names.search(normalized)]
    return any(brand not in own and not names.search(own) for brand, names in named)
