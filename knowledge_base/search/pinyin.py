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

import numpy as np
from numpy.typing import NDArray

from knowledge_base.search.lexicon import latin_words, sounds
from knowledge_base.search.spelling import END, Speller, codes_of, keys_of

LEAST_SYLLABLES = 2
"""A single syllable (can, he, bao) has too many readings and is too often English."""

LEAST_READABLE = 0.85
"""Share of a run's letters that must fall into syllables: more of other words make it English."""

LEAST_KNOWN = 0.66
"""Share of a reading's pairs that must stand side by side in some question. All of them would refuse
what is put together in a new way (ruhe baoan where everybody asks zenme baoan)."""

SHORT = 3
"""A reading of so few characters must have all its pairs in questions, ``LEAST_PAIR`` times each."""

LEAST_PAIR = 3

LONGEST = 80
"""A text of more letters than this is left alone: it is no question, and a search would take its time."""

_BEAM = 40
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
    if sum(map(len, _WORD.findall(normalized))) > LONGEST:
        return normalized
    parts, done = [], 0
    for start, end in _syllabic_stretches(normalized):
        before = (END + normalized[:start].rstrip(" "))[-1]
        behind = (normalized[end:].lstrip(" ") + END)[0]
        read = _read(_WORD.findall(normalized[start:end]), before, behind, speller)
        if read:
            parts += [normalized[done:start].rstrip(" "), read]
            done = end + (normalized[end : end + 1] == " ")
    return "".join([*parts, normalized[done:]])


def _syllabic_stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield where words in a row all fall into syllables, in runs of letters that mostly do."""
    for run in _RUN.finditer(text):
        words = [(word.span(), _is_pinyin(word[0])) for word in _WORD.finditer(text, *run.span())]
        letters = [end - start for (start, end), _ in words]
        readable = sum(size for size, (_, good) in zip(letters, words, strict=True) if good)
        if readable < LEAST_READABLE * sum(letters):
            continue
        stretch: list[tuple[int, int]] = []
        for span, good in [*words, ((0, 0), False)]:
            if good:
                stretch.append(span)
            elif stretch:
                yield stretch[0][0], stretch[-1][1]
                stretch = []


def _is_pinyin(word: str) -> bool:
    # A single syllable may be either (can, men): what stands beside it decides.
    return _is_syllabic(word) and (word in sounds() or word not in latin_words())


def _is_syllabic(word: str) -> bool:
    """Tell whether a word falls into syllables without a rest."""
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
    sure = pairs.min() >= LEAST_PAIR if len(best) <= SHORT else (pairs > 0).mean() >= LEAST_KNOWN
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
    places = np.argsort(-chances, axis=1)[:, :8]
    return [
        _Reading(one.text + chars[place], one.score + float(row[place]))
        for one, row, best in zip(readings, chances, places.tolist(), strict=True)
        for place in best
    ]


def _log_chances(texts: Sequence[str], chars: str, speller: Speller) -> NDArray[np.float64]:
    """Return the log chance of each of ``chars`` behind each of ``texts``, [texts, chars]."""
    behind = codes_of(chars)[None]
    last = codes_of("".join(text[-1] for text in texts))[:, None]
    second = codes_of("".join(text[-2:][0] for text in texts))[:, None]
    one, two, three = speller.singles, speller.pairs, speller.triples
    pair, before = np.stack([second, last]), np.broadcast_to(last, (len(texts), len(chars)))
    followed = [keys_of(np.stack([before, np.broadcast_to(behind, before.shape)]), 2)[0]]
    tripled = np.stack([np.broadcast_to(second, before.shape), before, np.broadcast_to(behind, before.shape)])
    after_two = three(keys_of(tripled, 3)[0]) / (two(keys_of(pair, 2)[0]) + 1)
    after_one = two(followed[0]) / (one(last) + 1)
    alone = one(behind) / max(1, int(one.counts.sum()))
    return np.log(_WEIGHTS[0] * after_two + _WEIGHTS[1] * after_one + _WEIGHTS[2] * alone + 1e-12)
