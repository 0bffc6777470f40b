"""Whether every question finds its own entry, and which entries get in each other's way.

Each question is asked twice: as it is, and with itself left out of the index, as a
customer asks in other words. See docs/decisions/0008-collisions.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.editing.checks.near_duplicates import Twins, foreign_cosines, near_duplicates
from knowledge_base.search.search import IndexedQuestion, SearchIndex, make_query
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.types import Candidate

_TOP = 10
_SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class RetrievalBounds:
    """How retrieval is measured.

    Attributes:
        margin: Fused score by which a question must find its own entry before any other.
        sample: Questions that are asked at most; of more, as many are drawn at random,
            and besides every one that lies close to a question of another entry.
        close: Cosine from which a question of another entry counts as close. A collision
            needs a cosine of about ``1 - margin / dense weight``, which lies above.
        threads: Questions that are asked side by side.
    """

    margin: float = 0.03
    sample: int = 20_000
    close: float = 0.9
    threads: int = 2


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    hits: int
    n: int

    @property
    def value(self) -> float | None:
        """Return the share, or None where nothing was counted."""
        return self.hits / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Rivalry:
    """A question, and the question of another entry that comes close to its own entry's best.

    Attributes:
        own: Fused score of the best question of its own entry, 0 where none was found.
        rival: Fused score of the other entry's best question.
        lost: The other entry is found first.
        example: The other question is no question of the entry but a training example.
    """

    entry_id: str
    question: str
    rival_id: str
    rival_question: str
    own: float
    rival: float
    lost: bool
    example: bool = False

    def __str__(self) -> str:
        """Return both questions and scores in one line."""
        verb = "finds" if self.lost else "nearly finds"
        kind = "training example " if self.example else ""
        return (
            f"{self.question!r} {verb} {kind}{self.rival_question!r} of {self.rival_id!r} "
            f"({self.rival:.3f} against {self.own:.3f})"
        )


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """What asking every question showed.

    Attributes:
        questions: Questions of entries in the index.
        self_retrieval: Asked as they are: their own entry comes first.
        first: Asked with themselves left out: their own entry comes first. Only
            questions of entries that have another one.
        first_three: The same, among the first three.
        collisions: Asked as they are: another entry within the margin, or first.
        rivalries: Asked with themselves left out: the same. Worst first.
        near_duplicates: Questions of two entries that are nearly the same letters.
        whole: Questions of all entries were asked; else only those about changed ones, and
            the shares say nothing of the collection.
    """

    questions: int
    self_retrieval: Share
    first: Share
    first_three: Share
    collisions: tuple[Rivalry, ...]
    rivalries: tuple[Rivalry, ...]
    near_duplicates: tuple[Twins, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one question found as it is, and with itself left out (None: its entry has no other)."""

    found: tuple[Candidate, ...]
    without: tuple[Candidate, ...] | None


def measure_retrieval(
    index: SearchIndex,
    count: int,
    tokenizer: Tokenizer,
    bounds: RetrievalBounds,
    progress: Callable[[int, int], None] | None = None,
    changed: frozenset[str] | None = None,
    *,
    around: bool = True,
) -> RetrievalReport:
    """Ask the index its own questions.

    Args:
        index: The index of a state.
        count: Its questions of entries; training examples come after them and are not asked.
        tokenizer: The one the index was made with.
        bounds: Margin, sample and neighbours.
        progress: Told the number of questions asked and of all, now and then.
        changed: Ask only the questions of these entries and those near them, since nothing
            else finds another entry than before; None asks all.
        around: Ask those near them, too; without them the answer is there while one types.
    """
    ids = np.array([question.entry_id for question in index.questions[:count]])
    owners = np.unique(ids, return_inverse=True)[1]
    if changed is None:
        cosines = foreign_cosines(index, owners, np.arange(count))
        sample = _sample(count, bounds.sample)
        asked = np.union1d(sample, np.flatnonzero(cosines.best >= bounds.close)).tolist()
    else:
        own = np.flatnonzero(np.isin(ids, list(changed)))
        cosines = foreign_cosines(index, owners, own)
        sample = _about(index, own, count) if around else own
        asked = sample.tolist()
    several = np.bincount(owners)[owners] > 1
    ask = _Asking(index, tokenizer, several, _copies(index, count))
    outcomes = dict(zip(asked, _answers(ask, asked, bounds.threads, progress), strict=True))
    drawn = {i: outcomes[i] for i in sample.tolist()}
    left_out = {i: outcome.without for i, outcome in drawn.items() if outcome.without is not None}
    asks = {(question.entry_id, question.text) for question in index.questions[:count]}
    collisions = (_collision(index.questions[i], o.found, asks, bounds) for i, o in outcomes.items())
    rivalries = (_rivalry(index.questions[i], found, asks, bounds) for i, found in left_out.items())
    return RetrievalReport(
        questions=count,
        self_retrieval=_share(index, {i: o.found for i, o in drawn.items()}, 1),
        first=_share(index, left_out, 1),
        first_three=_share(index, left_out, 3),
        collisions=_worst_first(collisions),
        rivalries=_worst_first(rivalries),
        near_duplicates=near_duplicates(index, cosines),
        whole=changed is None,
    )


def _sample(count: int, most: int) -> NDArray[np.int64]:
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(_SEED).choice(count, most, replace=False))


def _about(index: SearchIndex, own: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the positions ``own`` and those of the published questions near them."""
    near = [index.nearest(vector).positions for vector in index.dense.at(own)]
    about = np.unique(np.concatenate([own, *near]))
    return np.asarray(about[about < count], dtype=np.int64)


def _copies(index: SearchIndex, count: int) -> dict[str, frozenset[int]]:
    """Return the training examples by their text: a copy must not stand in for what is left out."""
    copies: dict[str, frozenset[int]] = {}
    for position, question in enumerate(index.questions[count:], start=count):
        text = question.normalized
        copies[text] = copies.get(text, frozenset()) | {position}
    return copies


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks questions of the index, as they are and left out."""

    index: SearchIndex
    tokenizer: Tokenizer
    several: NDArray[np.bool_]
    copies: Mapping[str, frozenset[int]]

    def __call__(self, position: int) -> _Outcome:
        query = make_query(self.index.questions[position].text, self.tokenizer)
        vector = self.index.dense.at(np.array([position]))[0]
        near = self.index.nearest(vector)
        found = self.index.search(query, vector, top=_TOP, neighbours=near)
        if not self.several[position]:
            return _Outcome(found, None)
        skip = frozenset({position}) | self.copies.get(query.normalized, frozenset())
        return _Outcome(found, self.index.search(query, vector, top=_TOP, skip=skip, neighbours=near))


def _answers(
    ask: _Asking, asked: Sequence[int], threads: int, progress: Callable[[int, int], None] | None
) -> Iterator[_Outcome]:
    with ThreadPoolExecutor(threads) as pool:
        for done, outcome in enumerate(pool.map(ask, asked), start=1):
            if progress and (done % 200 == 0 or done == len(asked)):
                progress(done, len(asked))
            yield outcome


def _share(index: SearchIndex, found: dict[int, tuple[Candidate, ...]], top: int) -> Share:
    hits = sum(
        index.questions[i].entry_id in [candidate.entry_id for candidate in candidates[:top]]
        for i, candidates in found.items()
    )
    return Share(hits, len(found))


_Own = Set[tuple[str, str]]


def _collision(
    question: IndexedQuestion, found: Sequence[Candidate], own: _Own, bounds: RetrievalBounds
) -> Rivalry | None:
    """Return the other entry whose question scores within the margin, or that is found first."""
    others = [candidate for candidate in found if candidate.entry_id != question.entry_id]
    nearest = max(others, key=lambda candidate: candidate.fused, default=None)
    return _rivals(question, found, nearest, own, bounds)


def _rivalry(
    question: IndexedQuestion, found: Sequence[Candidate], own: _Own, bounds: RetrievalBounds
) -> Rivalry | None:
    """Return the other entry that is found first, or would be but for the margin."""
    first = next((candidate for candidate in found if candidate.entry_id != question.entry_id), None)
    return _rivals(question, found, first, own, bounds)


def _rivals(
    question: IndexedQuestion,
    found: Sequence[Candidate],
    rival: Candidate | None,
    own: _Own,
    bounds: RetrievalBounds,
) -> Rivalry | None:
    best = next((candidate for candidate in found if candidate.entry_id == question.entry_id), None)
    lost = bool(found) and found[0] is not best
    score = best.fused if best else 0.0
    if rival is None or (not lost and score - rival.fused >= bounds.margin):
        return None
    example = (rival.entry_id, rival.matched_question) not in own
    texts = (question.entry_id, question.text, rival.entry_id, rival.matched_question)
    return Rivalry(*texts, own=score, rival=rival.fused, lost=lost, example=example)


def _worst_first(found: Iterator[Rivalry | None]) -> tuple[Rivalry, ...]:
    rivalries = [rivalry for rivalry in found if rivalry]
    return tuple(sorted(rivalries, key=lambda r: (not r.lost, r.own - r.rival, r.entry_id, r.question)))
