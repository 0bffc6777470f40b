"""Mends characters that a keyboard put in place of others of the same sound (保险 typed as 报险).

A noisy channel with one kind of noise (M. Kernighan, K. Church and W. Gale, "A Spelling
Correction Program Based on a Noisy Channel Model", COLING 1990): a character that stands in no
known pair with its neighbours gives way to one of the same sound that the indexed questions have
in this very place. What is not known to be wrong stays: names, rare words, other languages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.search.lexicon import sounds

Keys = NDArray[np.uint64]

LEAST_PAIR = 4
"""How often both pairs of a character must stand in the questions to take another's place."""

LEAST_TRIPLE = 3
"""How often it must stand between the very same neighbours."""

RARE = 20
"""A character is only doubted where neither of its pairs comes more often: 卖保险 is no error for
买保险 because nobody asked 去卖 before."""

TIMES = 5
"""How many times more often the other character must stand beside the neighbour that knows both."""

_COMMON = 200
"""A character that comes so often is not doubted at either end of a text, where only one
neighbour speaks against it."""

BITS = np.uint64(21)
"""Bits of a code point: Unicode ends at 0x10FFFF."""

END = "\0"
"""Stands for the ends of a text."""


@dataclass(frozen=True, slots=True)
class NgramCounts:
    """How often n-grams of characters come: two sorted arrays, a tenth of a dict's memory.

    Attributes:
        keys: uint64 [n-grams], code points side by side, ascending.
        counts: int64 [n-grams].
    """

    keys: Keys
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, keys: Keys, least: int = 1) -> NgramCounts:
        """Count n-grams; those that come less often than ``least`` times are forgotten."""
        found, counts = np.unique(keys, return_counts=True)
        kept = counts >= least
        return cls(found[kept], counts[kept])

    def __call__(self, keys: Keys) -> NDArray[np.int64]:
        """Return how often each of ``keys``, of any shape, comes."""
        if not len(self.keys):
            return np.zeros(keys.shape, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, self.counts[places], 0)

    def plus(self, other: NgramCounts) -> NgramCounts:
        """Return the counts of both together."""
        found, places = np.unique(np.concatenate([self.keys, other.keys]), return_inverse=True)
        sums = np.bincount(places, np.concatenate([self.counts, other.counts]), minlength=len(found))
        return NgramCounts(found, sums.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Speller:
    """Knows how characters follow one another in the indexed questions.

    Attributes:
        singles: Counts of characters.
        pairs: Of two in a row; the ends of a text count as a character.
        triples: Of three in a row.
    """

    singles: NgramCounts
    pairs: NgramCounts
    triples: NgramCounts

    @classmethod
    def of(cls, texts: Sequence[str], least_triple: int = LEAST_TRIPLE) -> Speller:
        """Learn from normalised texts; rarer triples than ``least_triple`` are forgotten."""
        codes = codes_of(END.join(["", *texts, ""]))
        triples = NgramCounts.of(keys_of(codes, 3), least_triple)
        return cls(NgramCounts.of(codes), NgramCounts.of(keys_of(codes, 2)), triples)

    def knowing(self, texts: Sequence[str]) -> Speller:
        """Return a speller that knows these texts too, so that a new word is no error."""
        more = Speller.of(texts, least_triple=1)
        singles, pairs = self.singles.plus(more.singles), self.pairs.plus(more.pairs)
        return Speller(singles, pairs, self.triples.plus(more.triples))

    def mend(self, normalized: str, is_word: Callable[[str], bool]) -> str:
        """Return a normalised text with characters of the wrong sort mended.

        Args:
            normalized: The text, as ``normalize`` returns it.
            is_word: Tells whether a pair that no question has is a word all the same.
        """
        text, done = f"{END}{normalized}{END}", 0
        strange = self._strange(text)
        while strange:
            done, *strange = strange
            three = text[done - 1 : done + 2]
            words = is_word(three[:2]) or is_word(three[1:])
            other = three[1] if words else self._instead(three)
            if other != three[1]:
                text = text[:done] + other + text[done + 1 :]
                # What is mended vouches for its neighbour, so the rest is looked at again.
                strange = [place for place in self._strange(text) if place > done]
        return text[1:-1]

    def _strange(self, text: str) -> list[int]:
        """Return the places of characters that may be errors, by their pairs alone."""
        codes = codes_of(text)
        known = self.pairs(keys_of(codes, 2))
        if len(known) < 2 or known.all():
            return []
        first, second = known[:-1], known[1:]
        doubted = (np.minimum(first, second) == 0) & (np.maximum(first, second) <= RARE)
        # The end of a text is no witness: there a character is judged by its other pair alone.
        at_end = self.singles(codes[[1, -2]]) < _COMMON
        doubted[0] = second[0] == 0 and at_end[0]
        doubted[-1] = first[-1] == 0 and at_end[1]
        return (np.flatnonzero(doubted) + 1).tolist()

    def _instead(self, three: str) -> str:
        """Return what to put in place of the middle one of three; itself where nothing is sure enough."""
        before, _, behind = codes_of(three)
        others = _alike(three[1])
        others = others[self.triples((((before << BITS) | others) << BITS) | behind) >= LEAST_TRIPLE]
        if not len(others):
            return three[1]
        least = [max(TIMES * have, LEAST_PAIR) for have in self.pairs(keys_of(codes_of(three), 2)).tolist()]
        first, second = self.pairs((before << BITS) | others), self.pairs((others << BITS) | behind)
        surest = np.where((first >= least[0]) & (second >= least[1]), np.minimum(first, second), 0)
        best = int(surest.argmax())
        return chr(others[best]) if surest[best] else three[1]


def codes_of(text: str) -> Keys:
    """Return the code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)


def keys_of(codes: Keys, size: int) -> Keys:
    """Return a number for every ``size`` code points in a row: side by side in its bits."""
    keys = codes[: len(codes) - size + 1]
    for start in range(1, size):
        keys = (keys << BITS) | codes[start : len(codes) - size + 1 + start]
    return keys


@cache
def _alike(char: str) -> Keys:
    """Return the code points of the characters that may be read like one, without itself."""
    others = {other for sound in _readings().get(char, ()) for other in sounds()[sound]} - {char}
    return codes_of("".join(sorted(others)))


@cache
def _readings() -> Mapping[str, tuple[str, ...]]:
    """Return the sounds of every character of the table."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for sound, chars in sounds().items():
        for char in chars:
            found[char] += (sound,)
    return dict(found)
