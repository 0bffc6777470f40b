"""Finds what an agent or a ticket needs in a message: numbers, dates, sums, products, relations.

Found where they are shown or kept, not on the way to a decision, which they never change.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from assistant.types import Entity, EntityKind
from assistant.understanding.amounts import DIGITS, find_amounts
from assistant.understanding.dates import find_dates
from assistant.understanding.identifiers import (
    is_bank_card,
    is_identity_number,
    is_mobile_number,
    is_old_identity_number,
    is_plate,
)
from knowledge_base.personal_data import PersonalKind, fold, personal_spans
from knowledge_base.search.lexicon import read_lexicon
from knowledge_base.search.text import to_simplified
from knowledge_base.taxonomy import CONTENT

_SEPARATORS = re.compile(r"[\s.\-‐–—·•_()]")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")
_HIDDEN = {"id": "[证件号]", "passport": "[证件号]", "email": "[邮箱]"}
_SHOWN = 4
_LEAST_FOR_TAIL = 8


@dataclass(frozen=True, slots=True)
class Words:
    """Closed lists: the words of products and relations, each with what it stands for."""

    pattern: re.Pattern[str]
    meaning: Mapping[str, tuple[EntityKind, str]]


def find_entities(raw: str, today: dt.date) -> tuple[Entity, ...]:
    """Return the entities of a message in order; no two overlap.

    Args:
        raw: The message as typed; spans are places in it.
        today: The day that 昨天 is seen from, and that nobody is born after.
    """
    text, places = _folded(raw)
    found: list[Entity] = []
    taken: set[int] = set()
    for start, end, kind, value, masked, valid in _all(text, today):
        # Character width may fold one sign into several: what shares a sign is one entity.
        span = places[start], places[end - 1] + 1
        if taken.isdisjoint(range(*span)):
            taken.update(range(*span))
            found.append(Entity(kind, span, value, masked, valid))
    return tuple(sorted(found, key=lambda entity: entity.span))


def named_products(raw: str) -> tuple[str, ...]:
    """Return the product lines that a message names, in order, each once."""
    words = _shipped_words()
    meant = (words.meaning[match[0]] for match in words.pattern.finditer(_folded(raw)[0]))
    return tuple(dict.fromkeys(name for kind, name in meant if kind == "product"))


_Found = tuple[int, int, EntityKind, Any, str, bool | None]


def _all(text: str, today: dt.date) -> Iterator[_Found]:
    """Yield what is found, the surest kinds first."""
    for kind, start, end in personal_spans(text):
        value = _plain(kind, text[start:end])
        yield start, end, kind, value, _masked(kind, value), _valid(kind, value, today)
    for start, end, date, exists in find_dates(text, today):
        yield start, end, "date", date, date, exists
    words = _shipped_words()
    for match in words.pattern.finditer(text):
        meant, name = words.meaning[match[0]]
        yield *match.span(), meant, name, name, None
    for start, end, yuan in find_amounts(text):
        yield start, end, "amount", yuan, f"{yuan.normalize():,f}", None


def _folded(raw: str) -> tuple[str, list[int]]:
    """Return the text in one width and script, and the place in ``raw`` of each of its characters."""
    chars = [(char, place) for place, sign in enumerate(raw) for char in fold(sign)]
    text = "".join(char for char, _ in chars)
    simplified = to_simplified(text)
    return (simplified if len(simplified) == len(text) else text), [place for _, place in chars]


def _plain(kind: PersonalKind, written: str) -> str:
    if kind == "email":
        return written
    plain = _SEPARATORS.sub("", written).upper()
    if kind == "phone":
        plain = "".join(str(DIGITS.get(char, 1 if char == "幺" else char)) for char in plain)
        plain = _COUNTRY.sub("", plain)
    return plain


def _masked(kind: PersonalKind, value: str) -> str:
    """Show the last four of a long number, the place of a plate, nothing of papers and addresses."""
    if kind in _HIDDEN:
        return _HIDDEN[kind]
    if kind == "plate":
        return value[:2] + "*" * (len(value) - 2)
    shown = _SHOWN if len(value) >= _LEAST_FOR_TAIL else 0
    return "*" * (len(value) - shown) + value[len(value) - shown :]


def _valid(kind: PersonalKind, value: str, today: dt.date) -> bool | None:
    if kind == "id":
        check = is_identity_number if len(value) == 18 else is_old_identity_number
        return check(value, today)
    if kind == "bank_card":
        return is_bank_card(value)
    if kind == "plate":
        return is_plate(value)
    if kind == "phone" and len(value) == 11 and value[0] == "1":
        return is_mobile_number(value)
    return None


@cache
def _shipped_words() -> Words:
    products = yaml.safe_load((CONTENT / "products.yaml").read_text(encoding="utf-8"))
    relations = read_lexicon("relations")
    meaning: dict[str, tuple[EntityKind, str]] = {}
    for product, fields in products.items():
        meaning |= dict.fromkeys((fields["name"], *fields["words"]), ("product", product))
    for relation, words in relations.items():
        meaning |= dict.fromkeys(words, ("relation", relation))
    longest_first = sorted(meaning, key=lambda word: (-len(word), word))
    return Words(re.compile("|".join(map(re.escape, longest_first))), meaning)
