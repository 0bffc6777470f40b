"""Insurance words that segmentation keeps whole, and regional terms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import CONTENT

LEXICONS = CONTENT / "lexicons"
SOUNDS = LEXICONS / "sounds.txt"


def read_lexicon(name: str) -> dict[str, Any]:
    """Return what a shipped YAML lexicon holds; ``name`` goes without its suffix."""
    lists: dict[str, Any] = yaml.safe_load((LEXICONS / f"{name}.yaml").read_text(encoding="utf-8"))
    return lists


@cache
def insurance_terms() -> tuple[str, ...]:
    """Return the words of ``terms.txt``: one a line, ``#`` starts a comment."""
    return read_terms(LEXICONS / "terms.txt")


def own_terms(overrides: Path) -> tuple[str, ...]:
    """Return an installation's own words to keep whole: product names in its ``terms.txt``, if any.

    Raises:
        ContentError: The file cannot be read.
    """
    path = overrides / "terms.txt"
    return read_terms(path) if path.is_file() else ()


@cache
def sounds() -> Mapping[str, str]:
    """Return the characters of each sound: ``sounds.txt``, which training/sounds.py writes."""
    return dict(line.split(" ", 1) for line in read_terms(SOUNDS))


@cache
def kept_words() -> tuple[str, ...]:
    """Return the words of ``kept_words.txt``, which no conversion of script may exchange for others."""
    return read_terms(LEXICONS / "kept_words.txt")


@cache
def latin_words() -> frozenset[str]:
    """Return the words of ``latin_words.txt``, which fall into syllables and are no pinyin."""
    return frozenset(read_terms(LEXICONS / "latin_words.txt"))


def read_protected(overrides: Path) -> tuple[str, ...]:
    """Return an installation's names that no conversion of script may touch: its ``protected.txt``, if any.

    Raises:
        ContentError: The file cannot be read.
    """
    path = overrides / "protected.txt"
    return read_terms(path) if path.is_file() else ()


def read_terms(path: Path) -> tuple[str, ...]:
    """Return the words of a file: one a line, ``#`` starts a comment.

    Raises:
        ContentError: The file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"List of words {str(path)!r} cannot be read ({error}).") from None
    words = (line.split("#", 1)[0].strip() for line in lines)
    return tuple(dict.fromkeys(word for word in words if word))


@cache
def regional_terms() -> tuple[tuple[str, str], ...]:
    """Return (regional, common) pairs of ``regional.yaml``, longest first.

    Both sides are simplified script. No common term contains a regional one,
    so that mapping twice equals mapping once (held by a test).
    """
    pairs: dict[str, str] = read_lexicon("regional")
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))
