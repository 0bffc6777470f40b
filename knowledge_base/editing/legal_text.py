"""Legal bases as people write them: 《保险法》第二十三条第1款；民法典（2020）第1179条."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from knowledge_base.errors import InvalidInputError
from knowledge_base.laws import LawBook
from knowledge_base.types import LegalBasis

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_N = r"(?:\d+(?:\.\d+)*|[零〇一二两三四五六七八九十百千]+)"
_PLACE = re.compile(
    rf"\s*(?:[（(](?P<version>[^（）()]+?)(?:年)?(?:版|修订|修正)?[）)])?"
    rf"\s*(?:第?(?P<article>{_N})条(?:之(?P<sub>{_N}))?)?\s*(?:第?(?P<paragraph>{_N})款)?\s*"
)
_BETWEEN = re.compile(r"[；;\n、|]+")


def bases_to_text(bases: Iterable[LegalBasis]) -> str:
    """Return legal bases in one line that ``bases_of_text`` reads back."""
    return "；".join(_text_of(basis) for basis in bases)


def _text_of(basis: LegalBasis) -> str:
    article = f"第{basis.article}条" if basis.article else ""
    paragraph = f"第{basis.paragraph}款" if basis.paragraph else ""
    return f"{basis.law}（{basis.version}）{article}{paragraph}"


def bases_of_text(text: str, laws: LawBook, today: dt.date) -> tuple[LegalBasis, ...]:
    """Read what people write; a law without a version means the one in force.

    A piece without a law (“保险法第15条、第47条”) means the law before it.

    Raises:
        InvalidInputError: A piece names no known law, or cannot be read; the message quotes it.
    """
    return tuple(_bases(text, laws, today))


def _bases(text: str, laws: LawBook, today: dt.date) -> Iterator[LegalBasis]:
    names = {_plain(name): law.id for law in laws.laws for name in (law.name, law.id)}
    longest_first = sorted(names, key=len, reverse=True)
    before = ""
    for piece in filter(None, (part.strip() for part in _BETWEEN.split(text))):
        plain = _plain(piece)
        name = next((one for one in longest_first if plain.startswith(one)), "")
        law, place = names.get(name, before), _PLACE.fullmatch(plain[len(name) :])
        if not law or not place or (not name and not place["article"]):
            raise InvalidInputError(f"{piece[:60]!r} is no provision of a known law.")
        before = law
        version = place["version"] or _present_version(laws, law, today)
        article = _number(place["article"]) + (f"之{_number(place['sub'])}" if place["sub"] else "")
        yield LegalBasis(law, version, article, _number(place["paragraph"]))


def _plain(text: str) -> str:
    return text.translate(str.maketrans("", "", "《》〈〉 \t　")).strip()


def _present_version(laws: LawBook, law: str, today: dt.date) -> str:
    versions = laws.versions(law)
    return next((one for one in reversed(versions) if one.in_force_on(today)), versions[-1]).version


def _number(text: str | None) -> str:
    """Return a number in digits: 一千一百七十九 is 1179."""
    if not text or text[0].isascii():
        return text or ""
    total, digit = 0, 0
    for char in text:
        if char in _UNITS:
            total += (digit or 1) * _UNITS[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return str(total + digit)
