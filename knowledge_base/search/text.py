"""Makes a customer's text comparable: one script, one width, no noise."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc

from knowledge_base.errors import InvalidInputError
from knowledge_base.search.lexicon import regional_terms
from knowledge_base.types import Script

MAX_MESSAGE = 2000
"""Longest message taken, in characters as typed."""

MAX_NORMALIZED = 1000
"""Bound on a normalised text, in characters; the tail of a longer one is cut."""

_URL = re.compile(r"(?:https?://|www\.)[\x21-\x7e]+")
_LONG_NUMBER = re.compile(r"\d{6,}")
_REPEATED = re.compile(r"([^\w\s])\1+")
_LONG_RUN = re.compile(r"(\D)\1{3,}")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SPACE = re.compile(r"\s+")
# Han characters need no space between them; between Latin words it stays.
_HAN_SPACE = re.compile(r"(?<=[一-鿿]) (?=[一-鿿])")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def to_simplified(text: str) -> str:
    """Return ``text`` in simplified script, converted by phrases."""
    converted: str = _converter().convert(text)
    return converted


def require_message(text: str) -> str:
    """Return ``text`` if it can be asked at all.

    Raises:
        InvalidInputError: The text is empty, blank, without any letter or sign
            that can be read, or longer than ``MAX_MESSAGE`` characters.
    """
    if len(text) > MAX_MESSAGE:
        raise InvalidInputError(
            f"The question has {len(text)} characters, more than {MAX_MESSAGE}: "
            "probably a whole document was pasted. Shorten it to the question itself."
        )
    if not any(not _is_noise(char) and not char.isspace() for char in text):
        raise InvalidInputError(
            f"The question {text[:20]!r} is empty or has only blanks and control characters. Type a question."
        )
    return text


def _is_noise(char: str) -> bool:
    category = unicodedata.category(char)
    return category in {"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk", "Mn", "Me"} and char not in "\n\t\r"


def _fold(text: str) -> str:
    """Fold width, script and case, so that equal texts get equal characters."""
    folded = unicodedata.normalize("NFKC", text)
    folded = "".join(" " if char in "\n\t\r" else char for char in folded if not _is_noise(char))
    folded = to_simplified(folded).lower()
    return unicodedata.normalize("NFKC", folded)


def _tidy(text: str) -> str:
    """Drop what carries no question: addresses, long numbers, repetitions, blanks."""
    text = _URL.sub(" ", text)
    text = _LONG_NUMBER.sub("0", text)
    text = _LONG_RUN.sub(r"\1\1", _REPEATED.sub(r"\1", text))
    for regional, common in regional_terms():
        text = text.replace(regional, common)
    return _HAN_SPACE.sub("", _SPACE.sub(" ", text)).strip()


def normalize(text: str) -> str:
    """Normalise a text for encoders and indexes.

    NFKC, traditional to simplified (opencc, phrase level), lower case; emoji,
    control characters and addresses dropped; long numbers, repeated punctuation
    and blanks collapsed; regional insurance terms mapped to the common ones.

    The result is at most ``MAX_NORMALIZED`` characters and a fixed point:
    ``normalize(normalize(t)) == normalize(t)``.
    """
    current = text[:MAX_NORMALIZED]
    # One rule can make room for another (a dropped character joins two others),
    # so the rules run until nothing changes; each round shortens or keeps the text.
    for _ in range(8):
        following = _tidy(_fold(current))[:MAX_NORMALIZED]
        if following == current:
            break
        current = following
    return current


def script_of(text: str) -> Script:
    """Tell whether ``text`` is written in traditional or simplified script."""
    # Half a surrogate pair (an undecodable byte of a command line) has no script.
    folded = unicodedata.normalize("NFKC", _SURROGATE.sub("", text))
    return "hant" if to_simplified(folded) != folded else "hans"
