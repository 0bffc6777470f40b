"""Finds questions that two data sets share, wholly or nearly."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge_base.search.text import normalize

THRESHOLD = 0.8


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two texts of different sets that are near-duplicates.

    Attributes:
        similarity: Jaccard index of their character bigrams, 0..1; 1 where they are
            equal after normalisation.
    """

    first_set: str
    first_text: str
    second_set: str
    second_text: str
    similarity: float


@dataclass(frozen=True, slots=True)
class _Item:
    group: str
    text: str
    normalized: str
    bigrams: frozenset[str]


def letters_only(text: str) -> str:
    """Return the normalised text (see ``knowledge_base.search.text``) without spaces and punctuation.

    A text of nothing else is only stripped, so that ``？？`` and ``！`` stay apart.
    """
    return "".join(c for c in normalize(text).casefold() if c.isalnum()) or text.strip()


def near_duplicates(
    sets: Mapping[str, Sequence[str]],
    *,
    threshold: float = THRESHOLD,
    exempt: Collection[frozenset[str]] = (),
    comparable: Callable[[str], str] = letters_only,
) -> tuple[Overlap, ...]:
    """Return every pair of texts of different sets that are near-duplicates.

    Two texts are near-duplicates when they are equal after normalisation or the Jaccard
    index of their sets of character bigrams is at least ``threshold``. Only texts that
    share one of their rarest bigrams are compared, which loses no pair (prefix
    filtering: C. Xiao et al., "Efficient similarity joins for near duplicate
    detection", WWW 2008).

    Args:
        sets: Texts by the name of their set.
        threshold: Above 0, at most 1.
        exempt: Pairs of set names that may overlap.
        comparable: Brings texts to the form that is compared.

    Raises:
        ValueError: The threshold is out of range.
    """
    if not 0 < threshold <= 1:
        raise ValueError(f"a threshold above 0 and at most 1 is needed, not {threshold!r}")
    items = [_item(name, text, comparable) for name, texts in sets.items() for text in texts]
    allowed = {frozenset(pair) for pair in exempt}
    pairs = (
        (a, b)
        for a, b in _candidate_pairs(items, threshold)
        if a.group != b.group and frozenset((a.group, b.group)) not in allowed
    )
    return tuple(_overlap(a, b, s) for a, b in pairs if (s := _similarity(a, b)) >= threshold)


def _item(group: str, text: str, comparable: Callable[[str], str]) -> _Item:
    normalized = comparable(text)
    return _Item(group, text, normalized, bigrams(normalized))


def bigrams(text: str) -> frozenset[str]:
    """Return the set of character pairs in ``text``; of a shorter text, the text itself."""
    return frozenset(text[i : i + 2] for i in range(len(text) - 1)) or frozenset({text})


def _candidate_pairs(items: Sequence[_Item], threshold: float) -> Iterator[tuple[_Item, _Item]]:
    """Yield each pair once that shares a bigram among the rarest few of both."""
    frequency = Counter(bigram for item in items for bigram in item.bigrams)
    seen: defaultdict[str, list[int]] = defaultdict(list)
    for index, item in enumerate(items):
        prefix = _rarest(item, frequency, threshold)
        earlier = {other for bigram in prefix for other in seen[bigram]}
        yield from ((items[other], item) for other in sorted(earlier))
        for bigram in prefix:
            seen[bigram].append(index)


def _rarest(item: _Item, frequency: Mapping[str, int], threshold: float) -> list[str]:
    """Return the bigrams of which a near-duplicate must share at least one.

    It shares at least ``ceil(t * size)`` of them, so missing all of the
    ``size - ceil(t * size) + 1`` rarest would leave too few.
    """
    ordered = sorted(item.bigrams, key=lambda bigram: (frequency[bigram], bigram))
    needed = math.ceil(threshold * len(ordered) - 1e-9)  # 0.8 * 5 must not round up to 5
    return ordered[: len(ordered) - needed + 1]


def _similarity(a: _Item, b: _Item) -> float:
    if a.normalized == b.normalized:
        return 1.0
    shared = len(a.bigrams & b.bigrams)
    return shared / (len(a.bigrams) + len(b.bigrams) - shared)


def _overlap(a: _Item, b: _Item, similarity: float) -> Overlap:
    return Overlap(a.group, a.text, b.group, b.text, similarity)
