"""What is missing: questions that were not served, grouped by meaning, the largest groups first."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from evaluation.online.grouping import group_by_meaning
from evaluation.online.missed import Kind, Missed
from evaluation.online.trends import Trend, trends
from evaluation.statistics import wilson_interval
from evaluation.types import Metric
from knowledge_base.search.text import normalize

LEAST = 3
"""Conversations from which on a group is a gap: what one person asks is none."""

MOST_TEXTS = 50_000
"""Different texts that are grouped; of more, the most frequent."""

_EXAMPLES = 8

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Gives normalised texts their vectors: float32 [texts, dim], rows of length 1."""


@dataclass(frozen=True, slots=True)
class NearEntry:
    """An entry that is near to a gap; ``score`` is the cosine of its nearest question, -1..1."""

    entry_id: str
    question: str
    score: float


Nearest = Callable[[str, NDArray[np.float32]], Sequence[NearEntry]]
"""Gives the published entries nearest to a normalised text with its vector."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions of one meaning that were not served.

    Attributes:
        id: Of its middle question; the same while that is.
        question: The middle question, as it was asked.
        size: Questions in the period.
        conversations: They came from.
        share: Of all missed questions of the period.
        trend: Conversations against the period before.
        kinds: Questions by how they were missed.
        intent: What most of them were taken for.
        examples: Different questions, the nearest to the middle first.
        nearest: Published entries, the nearest first.
        dismissed: Id of the gap that somebody dismissed and that this is again; else empty.
    """

    id: str
    question: str
    size: int
    conversations: int
    share: Metric
    trend: Trend
    kinds: Mapping[Kind, int]
    intent: str
    examples: tuple[str, ...]
    nearest: tuple[NearEntry, ...]
    dismissed: str = ""


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A gap that somebody dismissed: its questions, and its share of all questions then."""

    id: str
    texts: tuple[str, ...]
    share: float


@dataclass(frozen=True, slots=True)
class Span:
    """The missed questions of a time, and how many questions were asked at all."""

    missed: Sequence[Missed]
    asked: int


@dataclass
class _Texts:
    """Different texts with their vectors and groups."""

    place: dict[str, int]
    shown: list[str]
    vectors: NDArray[np.float32]
    labels: NDArray[np.intp]
    members: dict[int, list[Missed]] = field(default_factory=dict)


def find_gaps(
    now: Span,
    before: Span,
    encode: Encode,
    nearest: Nearest,
    dismissed: Sequence[Dismissed] = (),
    least: int = LEAST,
) -> tuple[Gap, ...]:
    """Group what was missed in a period, and compare with the period before.

    Args:
        now: The period.
        before: As long a period before it.
        encode: The encoder of the bundle in use.
        nearest: Looks for published entries.
        dismissed: What is no gap; one comes back when its share has doubled.
        least: Conversations from which on a group is told.

    Returns:
        The gaps, those with most questions first.
    """
    counts = Counter(normalize(one.text) for one in (*now.missed, *before.missed))
    counts.pop("", None)
    if not counts:
        return ()
    texts = _grouped(counts, now, encode)
    places = _by_group(texts, now.missed)
    earlier = _by_group(texts, before.missed)
    groups = [group for group, found in places.items() if _conversations(found) >= least]
    compared = trends(
        [_conversations(places[group]) for group in groups],
        [_conversations(earlier.get(group, [])) for group in groups],
        (now.asked, before.asked),
    )
    turned_away = [(one, encode([normalize(text) for text in one.texts])) for one in dismissed]
    gaps = [
        _gap(texts, group, places[group], trend, now, nearest, turned_away)
        for group, trend in zip(groups, compared, strict=True)
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.size, gap.id)))


def _grouped(counts: Mapping[str, int], now: Span, encode: Encode) -> _Texts:
    ordered = sorted(counts, key=lambda text: (-counts[text], text))[:MOST_TEXTS]
    shown = {normalize(one.text): one.text for one in now.missed}
    vectors = encode(ordered)
    place = {text: i for i, text in enumerate(ordered)}
    return _Texts(place, [shown.get(text, text) for text in ordered], vectors, group_by_meaning(vectors))


def _by_group(texts: _Texts, missed: Sequence[Missed]) -> dict[int, list[Missed]]:
    found: dict[int, list[Missed]] = {}
    for one in missed:
        place = texts.place.get(normalize(one.text))
        if place is not None:
            found.setdefault(int(texts.labels[place]), []).append(one)
    return found


def _conversations(missed: Sequence[Missed]) -> int:
    return len({one.conversation for one in missed})


def _gap(
    texts: _Texts,
    group: int,
    found: Sequence[Missed],
    trend: Trend,
    now: Span,
    nearest: Nearest,
    dismissed: Sequence[tuple[Dismissed, NDArray[np.float32]]],
) -> Gap:
    asked = Counter(texts.place[normalize(one.text)] for one in found)
    places = np.array(sorted(asked))
    middle = texts.vectors[places].mean(axis=0)
    order = places[np.argsort(-(texts.vectors[places] @ middle), kind="stable")]
    first = texts.shown[order[0]]
    share = len(found) / len(now.missed)
    kinds = Counter(one.kind for one in found)
    return Gap(
        id=hashlib.sha256(normalize(first).encode()).hexdigest()[:16],
        question=first,
        size=len(found),
        conversations=_conversations(found),
        share=Metric(share, *wilson_interval(share, len(now.missed)), len(now.missed)),
        trend=trend,
        kinds=dict(kinds.most_common()),
        intent=Counter(one.intent for one in found).most_common(1)[0][0],
        examples=tuple(texts.shown[place] for place in order[:_EXAMPLES]),
        nearest=tuple(nearest(normalize(first), texts.vectors[order[0]])),
        dismissed=_dismissed_before(middle, len(found) / max(now.asked, 1), dismissed),
    )


def _dismissed_before(
    middle: NDArray[np.float32], share: float, dismissed: Sequence[tuple[Dismissed, NDArray[np.float32]]]
) -> str:
    """Return the id of the dismissed gap that a group is again, unless it asks twice as much now."""
    for one, vectors in dismissed:
        if share <= 2 * one.share and float(vectors.mean(axis=0) @ middle) >= _same(vectors):
            return one.id
    return ""


def _same(vectors: NDArray[np.float32]) -> float:
    """Return the product of means from which on a group is the dismissed one: 0.8 of its own."""
    middle = vectors.mean(axis=0)
    return 0.8 * float(middle @ middle)
