"""Which entries are meant: what an editor narrows lists and searches down to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from api.knowledge.catalogue import Listed, words_of
from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import Entry, Source, Status

Validity = Literal["in_force", "not_yet", "expired", "expiring_30", "expiring_90"]
ListName = Literal["bad_ratings", "collisions", "expiring", "unused"]

UNLIMITED = "-"
"""The product of entries that are for all products, and the law of those that rest on none."""

SOON = 90
"""Days within which an entry of the list ``expiring`` ends."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are meant; what is empty narrows nothing.

    Attributes:
        text: Words that all stand somewhere in the entry or its id.
        domain: All intents of a domain.
        editor: The actor who wrote the newest revision.
    """

    text: str = ""
    intents: frozenset[str] = frozenset()
    domain: str = ""
    product: str = ""
    statuses: frozenset[Status] = frozenset()
    law: str = ""
    validity: Validity | None = None
    source: Source | None = None
    editor: str = ""

    def with_text(self, text: str) -> Wanted:
        """Return the same, narrowed to entries with the words of ``text``."""
        return replace(self, text=text)


def chosen(listed: Iterator[Listed], wanted: Wanted, today: dt.date) -> Iterator[Listed]:
    """Yield the entries that are meant."""
    words, intents = words_of(wanted.text), _intents(wanted)
    for one in listed:
        if all(word in one.text for word in words) and _fits(one, wanted, intents, today):
            yield one


def _intents(wanted: Wanted) -> frozenset[str] | None:
    """Return the intents that are meant; None for all."""
    if not wanted.domain:
        return wanted.intents or None
    known = shipped_taxonomy().intents.values()
    return wanted.intents | {intent.id for intent in known if intent.domain == wanted.domain}


def _fits(one: Listed, wanted: Wanted, intents: frozenset[str] | None, today: dt.date) -> bool:
    entry = one.entry
    return (
        (intents is None or entry.intent in intents)
        and (not wanted.statuses or entry.status in wanted.statuses)
        and (wanted.source is None or entry.source == wanted.source)
        and (not wanted.editor or one.head.author == wanted.editor)
        and (not wanted.product or wanted.product in products_of(entry))
        and (not wanted.law or wanted.law in laws_of(entry))
        and (wanted.validity is None or wanted.validity in validities_of(entry, today))
    )


def products_of(entry: Entry) -> tuple[str, ...]:
    """Return the products of an entry, or the word for all."""
    return entry.products or (UNLIMITED,)


def laws_of(entry: Entry) -> tuple[str, ...]:
    """Return the laws that an entry rests on, each once, or the word for none."""
    return tuple(dict.fromkeys(basis.law for basis in entry.legal_basis)) or (UNLIMITED,)


def validities_of(entry: Entry, today: dt.date) -> tuple[Validity, ...]:
    """Return how an entry stands in time; what ends soon is in force too."""
    if entry.valid_from and entry.valid_from > today:
        return ("not_yet",)
    if entry.valid_to is None:
        return ("in_force",)
    if entry.valid_to < today:
        return ("expired",)
    left = (entry.valid_to - today).days
    ends: tuple[Validity, ...] = ("expiring_30", "expiring_90") if left <= 30 else ("expiring_90",)
    return ("in_force", *ends) if left <= SOON else ("in_force",)
