"""Which entries are meant: what an editor narrows lists and searches down to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
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


def chosen(listed: Iterable[Listed], wanted: Wanted, today: dt.date) -> Iterator[Listed]:
    """Yield the entries that are meant."""
    tests = list(_tests(wanted, today))
    return (one for one in listed if all(test(one) for test in tests))


_Test = Callable[[Listed], bool]


def _tests(wanted: Wanted, today: dt.date) -> Iterator[_Test]:
    """Yield what is to hold; the tests that cost most come last."""
    intents = _intents(wanted)
    if intents:
        yield lambda one: one.entry.intent in intents
    if wanted.statuses:
        yield lambda one: one.entry.status in wanted.statuses
    if wanted.source:
        yield lambda one: one.entry.source == wanted.source
    if wanted.editor:
        yield lambda one: one.head.author == wanted.editor
    if wanted.product:
        yield lambda one: wanted.product in products_of(one.entry)
    if wanted.law:
        yield lambda one: wanted.law in laws_of(one.entry)
    if wanted.validity:
        yield lambda one: wanted.validity in validities_of(one.entry, today)
    if words := words_of(wanted.text):
        yield lambda one: all(word in one.text for word in words)


def _intents(wanted: Wanted) -> frozenset[str]:
    """Return the intents that are meant; none for all."""
    if not wanted.domain:
        return wanted.intents
    known = shipped_taxonomy().intents.values()
    of_domain = {intent.id for intent in known if intent.domain == wanted.domain}
    return wanted.intents | (of_domain or {wanted.domain})


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
