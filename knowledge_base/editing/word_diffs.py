"""What changed within a text, word by word: Chinese has no blanks to cut at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Words = Callable[[str], Sequence[str]]
"""Cuts a text into words that give the text again when they are joined."""

Kind = Literal["same", "removed", "added"]

_ISLAND = 1
"""Characters: what is left unchanged between two changes and is no longer reads worse than it helps."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that stayed, went or came."""

    kind: Kind
    text: str

    def to_dict(self) -> dict[str, str]:
        """Return plain data."""
        return asdict(self)


def diff_words(before: str, after: str, words: Words) -> tuple[Piece, ...]:
    """Return both texts as one run of pieces; what went stands before what came in its place.

    Joined without what was added the pieces give ``before``, without what was removed ``after``.
    """
    old, new = words(before), words(after)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    pairs = [("".join(old[a:b]), "".join(new[c:d]), tag == "equal") for tag, a, b, c, d in blocks]
    return tuple(_joined(_without_islands(pairs)))


_Pair = tuple[str, str, bool]


def _without_islands(pairs: Sequence[_Pair]) -> list[_Pair]:
    last = len(pairs) - 1
    return [
        (old, new, same and (i in (0, last) or len(old) > _ISLAND))
        for i, (old, new, same) in enumerate(pairs)
    ]


def _joined(pairs: Sequence[_Pair]) -> Iterator[Piece]:
    for same, run in groupby(pairs, key=lambda pair: pair[2]):
        parts = list(run)
        old, new = "".join(pair[0] for pair in parts), "".join(pair[1] for pair in parts)
        if same:
            yield Piece("same", old)
            continue
        if old:
            yield Piece("removed", old)
        if new:
            yield Piece("added", new)
