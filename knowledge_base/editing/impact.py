"""Which entries rest on a provision, and so must be looked at when it changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge_base.errors import InvalidInputError
from knowledge_base.types import Entry, LegalBasis

_ARTICLE = re.compile(r"第?\s*(\d+(?:\.\d+)*(?:之\d+)?)\s*条?")


@dataclass(frozen=True, slots=True)
class Resting:
    """An entry and the provisions it rests on, of those that were asked for."""

    entry: Entry
    bases: tuple[LegalBasis, ...]


def article_number(text: str) -> str:
    """Return the number of an article written as 23, 第23条 or 23条.

    Raises:
        InvalidInputError: It is no number of an article.
    """
    found = _ARTICLE.fullmatch(text.strip())
    if not found:
        raise InvalidInputError(f"{text!r} is no article; write its number, such as 23.")
    return found.group(1)


def resting_on(
    entries: Iterable[Entry], law: str, article: str = "", version: str = ""
) -> tuple[Resting, ...]:
    """Return the entries that rest on a law, an article of it or a version of it.

    An entry that names the law without an article rests on every article.

    Args:
        entries: Where to look.
        law: The law's short name.
        article: An article's number; empty for any.
        version: A version; empty for any.
    """
    found = []
    for entry in entries:
        bases = tuple(basis for basis in entry.legal_basis if _is(basis, law, article, version))
        if bases:
            found.append(Resting(entry, bases))
    return tuple(found)


def _is(basis: LegalBasis, law: str, article: str, version: str) -> bool:
    same_article = not article or basis.article in ("", article)
    return basis.law == law and same_article and version in ("", basis.version)


def ids_of(resting: Sequence[Resting]) -> tuple[str, ...]:
    """Return the ids of the entries, in their order."""
    return tuple(one.entry.id for one in resting)
