"""Reads pinyin typed in Latin letters (baodan zenme cha) as the characters that questions have.

A lattice of syllables and characters is searched from left to right with a beam; what follows what
is known from the indexed questions (Z. Chen and K. Lee, "A New Statistical Approach to Chinese
Pinyin Input", ACL 2000). A run of letters that does not fall into syllables, or whose best reading
mostly joins characters that no question joins, stays as it is: English, product names, abbreviations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from knowledge_base.search.lexicon import latin_words, sounds
from knowledge_base.search.spelling import BITS, END, Keys, NgramCounts, Speller, codes_of, keys_of

LEAST_SYLLABLES = 2
"""A single syllable (can, he, bao) has too many readings and is too often English."""

LEAST_READABLE = 0.85
"""Share of a run's letters that must fall into syllables: more of other words make it English."""

LEAST_KNOWN = 0.66
"""Share of a reading's pairs that must stand side by side in some question. All of them would refuse
what is put together in a new way (ruhe baoan where everybody asks zenme baoan)."""

SHORT = 3
"""A reading of so few characters must have all its pairs in questions, ``SURE_PAIR`` times each."""

SURE_PAIR = 3
"""How often the pairs of a short reading must stand in questions."""

LONGEST = 240
"""Letters of a text that are read at most: a bound on the time that a hostile one takes."""

LONGEST_WORD = 40
"""A word of more letters than this is no pinyin."""

_WINDOW = 60
"""Letters that are read at once; what was read before them is their context."""

_BEAM = 24
_FOLLOWING = 6
"""Characters that follow a reading at most, for one syllable."""

_LONGEST_SYLLABLE = 6
_WEIGHTS = (0.6, 0.39, 0.01)
"""Of the chances after two characters, after one, and alone; the last keeps new pairs possible."""

_RUN = re.compile(r"[a-z]+(?:[' ]+[a-z]+)*")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class _Reading:
    text: str
    score: float


def read_pinyin(normalized: str, speller: Speller) -> str:
    """Return a normalised text with its pinyin put into characters where that is sure enough.

    Args:
        normalized: The text, as ``normalize`` returns it.
        speller: Knows how characters follow one another in the indexed questions.
    """
    text, done, left = "", 0, LONGEST
    for start, end in _windows(normalized):
        left -= end - start
        if left < 0:
            break
        text += normalized[done:start]
        behind = (normalized[end:].lstrip(" ") + END)[0]
        read = _read(_WORD.findall(normalized[start:end]), (END + text.rstrip(" "))[-1], behind, speller)
        text = text.rstrip(" ") + read if read else text + normalized[start:end]
        done = end + (normalized[end : end + 1] == " ") if read else end
    return text + normalized[done:]


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield where words in a row that all fall into syllables stand, some ``_WINDOW`` letters at a time."""
    for stretch in _syllabic_stretches(text):
        start, end = stretch[0]
        for begins, ends in stretch[1:]:
            if ends - start > _WINDOW:
                yield start, end
                start = begins
            end = ends
        yield start, end


def _syllabic_stretches(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield the places of words in a row that all fall into syllables, in runs of letters that mostly do."""
    for run in _RUN.finditer(text):
        words = [(word.span(), _is_pinyin(word[0])) for word in _WORD.finditer(text, *run.span())]
        letters = [end - start for (start, end), _ in words]
        readable = sum(size for size, (_, good) in zip(letters, words, strict=True) if good)
        if readable < LEAST_READABLE * sum(letters):
            continue
        for good, stretch in groupby(words, key=lambda word: word[1]):
            if good:
                yield [span for span, _ in stretch]


def _is_pinyin(word: str) -> bool:
    # A single syllable may be either (can, men): what stands beside it decides.
    return _is_syllabic(word) and (word in sounds() or word not in latin_words())


def _is_syllabic(word: str) -> bool:
    """Tell whether a word of a bearable length falls into syllables without a rest."""
    if len(word) > LONGEST_WORD:
        return False
    reached = [True, *(False for _ in word)]
    for end in range(1, len(word) + 1):
        starts = range(max(0, end - _LONGEST_SYLLABLE), end)
        reached[end] = any(reached[start] and word[start:end] in sounds() for start in starts)
    return reached[-1]


def _read(words: Sequence[str], before: str, behind: str, speller: Speller) -> str:
    """Return the best reading of words between two characters; nothing where none is sure."""
    readings = [_Reading(before, 0.0)]
    for word in words:
        readings = _after(word, readings, speller)
    closed = _longer(readings, behind, speller) if readings else []
    best = max(closed, key=lambda one: one.score).text[1:-1] if closed else ""
    if len(best) < LEAST_SYLLABLES:
        return ""
    pairs = speller.pairs(keys_of(codes_of(best), 2))
    sure = pairs.min() >= SURE_PAIR if len(best) <= SHORT else (pairs > 0).mean() >= LEAST_KNOWN
    return best if sure else ""


def _after(word: str, readings: Sequence[_Reading], speller: Speller) -> list[_Reading]:
    """Return the best readings of ``word`` behind those of the words before it."""
    ending: list[list[_Reading]] = [list(readings), *([] for _ in word)]
    for start, ahead in enumerate(ending[:-1]):
        ahead = sorted(ahead, key=lambda one: -one.score)[:_BEAM]
        for size in range(1, min(_LONGEST_SYLLABLE, len(word) - start) + 1):
            chars = sounds().get(word[start : start + size], "")
            if ahead and chars:
                ending[start + size] += _longer(ahead, chars, speller)
    return sorted(ending[-1], key=lambda one: -one.score)[:_BEAM]


def _longer(readings: Sequence[_Reading], chars: str, speller: Speller) -> list[_Reading]:
    chances = _log_chances([one.text for one in readings], chars, speller)
    places = np.argsort(-chances, axis=1)[:, :_FOLLOWING]
    return [
        _Reading(one.text + chars[place], one.score + float(row[place]))
        for one, row, best in zip(readings, chances, places.tolist(), strict=True)
        for place in best
    ]


def _log_chances(texts: Sequence[str], chars: str, speller: Speller) -> NDArray[np.float64]:
    """Return the log chance of each of ``chars`` behind each of ``texts``, [texts, chars]."""
    next_one = codes_of(chars)[None]
    last = codes_of("".join(text[-1] for text in texts))[:, None]
    second = codes_of("".join(text[-2:][0] for text in texts))[:, None]
    one, two, three = speller.singles, speller.pairs, speller.triples
    after_two = _count(three, second, last, next_one) / (_count(two, second, last) + 1)
    after_one = _count(two, last, next_one) / (_count(one, last) + 1)
    alone = _count(one, next_one) / max(1, int(one.counts.sum()))
    return np.log(_WEIGHTS[0] * after_two + _WEIGHTS[1] * after_one + _WEIGHTS[2] * alone + 1e-12)


def _count(counts: NgramCounts, first: Keys, *following: Keys) -> NDArray[np.int64]:
    """Return how often characters come in a row; their code points are broadcast."""
    keys = first
    for codes in following:
        keys = (keys << BITS) | codes
    return counts(keys)
