"""Tells whether a customer speaks of another insurer, whose channels an answer cannot name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import yaml

from knowledge_base.search.lexicon import LEXICONS
from knowledge_base.search.text import normalize


@cache
def shipped_insurers() -> re.Pattern[str]:
    """Return a pattern of the names in ``insurers.yaml``; its group ``name`` holds the bare name."""
    lists: dict[str, Any] = yaml.safe_load((LEXICONS / "insurers.yaml").read_text(encoding="utf-8"))
    clear, ambiguous = "|".join(lists["clear"]), "|".join(lists["ambiguous"])
    return re.compile(f"(?P<name>{clear})|(?P<other>{ambiguous})(?={lists['behind']})")


def names_other_insurer(normalized: str, own_names: Sequence[str]) -> bool:
    """Tell whether a normalised text names an insurer that is none of ``own_names``.

    Args:
        normalized: What the customer wrote.
        own_names: The company's full and short name.
    """
    own = [normalize(name) for name in own_names]
    found = (_brand(match["name"] or match["other"]) for match in shipped_insurers().finditer(normalized))
    return any(not any(brand in company for company in own) for brand in found)


def _brand(name: str) -> str:
    """Return what a company's names and products share: 平安 of 中国平安 and of 平安福."""
    return name.removeprefix("中国")[:2]
