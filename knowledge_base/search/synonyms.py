"""What customers call things, mapped to the word of contracts, for lexical search alone.

Vectors see the text as it is: the encoder has learnt these words, and rewriting them
would only take away what tells neighbouring questions apart.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.errors import ContentError
from knowledge_base.search.lexicon import LEXICONS

FILE = "synonyms.yaml"


class Synonyms:
    """Groups of words that mean the same to a customer.

    Args:
        groups: Each group's word in contracts, with the other words for it.

    Raises:
        ContentError: A word stands in two groups.
    """

    def __init__(self, groups: Mapping[str, tuple[str, ...]]) -> None:
        self._words: dict[str, str] = {}
        for word, others in groups.items():
            for other in (word, *others):
                if self._words.setdefault(other, word) != word:
                    raise ContentError(
                        f"{FILE}: {other!r} stands for {self._words[other]!r} and for {word!r}. "
                        "Take it out of one of the groups."
                    )
        # Of two words at one place the longer is meant: 交强险 is not 交 and 强险.
        longest_first = sorted(self._words, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 over all groups, which an index cache keeps."""
        lines = "\n".join(f"{other} {word}" for other, word in sorted(self._words.items()))
        return hashlib.sha256(lines.encode()).hexdigest()

    def apply(self, normalized: str) -> str:
        """Return a normalised text with every word of a group replaced by the group's word."""
        if self._pattern is None:
            return normalized
        return self._pattern.sub(lambda found: self._words[found.group()], normalized)


NO_SYNONYMS = Synonyms({})


def read_synonyms(overrides: Path | None = None) -> Synonyms:
    """Return the shipped groups with an installation's own over them.

    Args:
        overrides: A folder that may hold a ``synonyms.yaml``: a group with a new word is
            added, one with a known word replaces it, an empty list drops it.

    Raises:
        ContentError: A file cannot be read, or a word stands in two groups.
    """
    return synonyms_with(own_groups(overrides) if overrides else {})


def own_groups(overrides: Path) -> dict[str, tuple[str, ...]]:
    """Return the groups of an installation's own ``synonyms.yaml``, if there is one.

    Raises:
        ContentError: The file cannot be read.
    """
    path = overrides / FILE
    return _groups(path) if path.is_file() else {}


def shipped_groups() -> dict[str, tuple[str, ...]]:
    """Return the groups that come with the package."""
    return _groups(LEXICONS / FILE)


def synonyms_with(own: Mapping[str, tuple[str, ...]]) -> Synonyms:
    """Return the shipped groups with others over them, as ``read_synonyms`` describes.

    Raises:
        ContentError: A word stands in two groups.
    """
    groups = shipped_groups() | dict(own)
    return Synonyms({word: others for word, others in groups.items() if others})


def _groups(path: Path) -> dict[str, tuple[str, ...]]:
    try:
        data: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {str(word): tuple(map(str, others)) for word, others in data.items()}
    except (OSError, ValueError, yaml.YAMLError, AttributeError, TypeError) as error:
        problem = " ".join(str(error).split())
        raise ContentError(
            f"Synonyms {str(path)!r} are not usable ({problem}). A line is: 交强险: [强险, 强制险]"
        ) from None
