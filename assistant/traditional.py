"""Answers customers who write traditional script in traditional script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import Literal

import opencc

from assistant.types import Choice, Reply
from knowledge_base.search.text import to_simplified

Region = Literal["tw", "hk"]
"""Whose characters (and, for Taiwan, words) are used."""

# OpenCC's own names. Answers get the words of Taiwan too; questions that a customer
# may pick get other characters only, so that they are read back as they were written.
_TEXTS = {"tw": "s2twp", "hk": "s2hk"}
_QUESTIONS = {"tw": "s2tw", "hk": "s2hk"}
_SIGNATURE = re.compile("(?<![書標竹牙抽求])籤(?!詩)")


class TraditionalWriter:
    """Puts finished replies into traditional script; dictionaries are loaded at the first use.

    Args:
        region: Whose traditional script.
        protected: Terms that stay as they are registered: the company's name, products.
        kept: Words of which only the script changes, never the word.
    """

    def __init__(self, region: Region, protected: Iterable[str] = (), kept: Iterable[str] = ()) -> None:
        self._region = region
        self._protected = frozenset(term for term in protected if term)
        longest_first = sorted({*self._protected, *kept}, key=lambda term: (-len(term), term))
        pattern = f"({'|'.join(map(re.escape, longest_first))})"
        self._special = re.compile(pattern) if longest_first else None

    @cached_property
    def _texts(self) -> Callable[[str], str]:
        return _converter(_TEXTS[self._region])

    @cached_property
    def _questions(self) -> Callable[[str], str]:
        return _converter(_QUESTIONS[self._region])

    def is_wanted(self, raw: str) -> bool:
        """Tell whether a customer writes traditional script: more characters of it than simplified ones.

        One traditional character, as in a name, makes no traditional text.
        """
        simplified = to_simplified(raw)
        traditional = sum(a != b for a, b in zip(raw, simplified, strict=False))
        if not traditional:
            return False
        # A character of another region's traditional script differs too, but is not simplified.
        written = zip(raw, self._questions(raw), simplified, strict=False)
        return traditional > sum(a != b and a == plain for a, b, plain in written)

    def rewrite(self, reply: Reply) -> Reply:
        """Return a reply with its text, sources and what may be picked in traditional script."""
        citations = tuple(
            replace(citation, basis=tuple(map(self.text, citation.basis))) for citation in reply.citations
        )
        return replace(
            reply,
            text=self.text(reply.text),
            choices=tuple(map(self._choice, reply.choices)),
            related=tuple(map(self._choice, reply.related)),
            citations=citations,
        )

    def text(self, text: str) -> str:
        """Return a text in traditional script, protected terms as they are."""
        return self._convert(text, self._texts)

    def question(self, text: str) -> str:
        """Return a question that may be sent back: other characters, the same words."""
        return self._convert(text, self._questions)

    def _choice(self, choice: Choice) -> Choice:
        return replace(choice, text=self.question(choice.text))

    def _convert(self, text: str, convert: Callable[[str], str]) -> str:
        if self._special is None:
            return convert(text)
        parts = self._special.split(text)  # every second one is a special term
        return "".join(self._keep(part) if i % 2 else convert(part) for i, part in enumerate(parts))

    def _keep(self, term: str) -> str:
        return term if term in self._protected else self._questions(term)


def _converter(name: str) -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC(name).convert
    # OpenCC makes a slip of paper of every signature that its phrases do not know.
    return lambda text: _SIGNATURE.sub("簽", convert(text))
