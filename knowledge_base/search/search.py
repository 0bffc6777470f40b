"""Hybrid search: the best entries for a query by meaning and by words."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import InvalidInputError
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.evidence import Floats, Pool, Positions, centres_of
from knowledge_base.search.faiss_index import FaissIndex
from knowledge_base.search.fusion import fuse, fuse_entries
from knowledge_base.search.lexical_index import LexicalIndex
from knowledge_base.search.pinyin import read_pinyin
from knowledge_base.search.served_intents import served_intents
from knowledge_base.search.spelling import Speller
from knowledge_base.search.spliced import DenseIndex, Lexical, Splice, SplicedDense, SplicedLexical
from knowledge_base.search.text import normalize, script_of
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.types import Candidate, Entry, Example, Query

NEAREST = 64
"""Questions that the search by meaning brings into the pool."""

BY_WORDS = 64
"""Questions that the search by words brings into the pool."""

BY_DOCUMENT = 8
"""Entries that the search by words over whole entries brings into the pool."""


SAME_TEXT = 1.2
"""Fused score of the entry that has the query's very text: above any other."""


@dataclass(frozen=True, slots=True)
class IndexedQuestion:
    """One question as the index holds it.

    Attributes:
        entry_id: The entry it belongs to; empty for an example that no entry answers.
        intent: Its intent; empty where its entry serves several and nobody said which is meant.
        normalized: The text as encoders and indexes see it.
    """

    entry_id: str
    revision: int
    text: str
    intent: str
    normalized: str


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The questions nearest to a query by meaning: positions and cosines, best first."""

    positions: Positions
    cosines: Floats


def read_text(raw: str, tokenizer: Tokenizer, speller: Speller | None = None) -> str:
    """Return a customer's text normalised; ``speller`` reads its pinyin and mends its typing errors."""
    normalized = normalize(raw)
    if speller is None:
        return normalized
    return speller.mend(read_pinyin(normalized, speller), tokenizer.is_word)


def make_query(raw: str, tokenizer: Tokenizer, speller: Speller | None = None) -> Query:
    """Make a customer's text ready for search, read as ``read_text`` does."""
    normalized = read_text(raw, tokenizer, speller)
    return Query(raw, normalized, script_of(raw), tuple(tokenizer.terms(normalized)))


def questions_of(
    entries: Sequence[Entry],
    examples: Sequence[Example] = (),
    served: Mapping[str, tuple[str, ...]] | None = None,
) -> list[IndexedQuestion]:
    """Return every searchable question; acknowledgements are never searched.

    Args:
        entries: What is published.
        examples: Training questions; one whose entry is not among ``entries`` counts for
            its intent only, and one that a published question asks too counts for nothing.
        served: What ``served_intents`` says of both, where it was asked already.
    """
    answers = {entry.id: entry for entry in entries if entry.kind == "answer"}
    served = served_intents(entries, examples) if served is None else served
    meant = {entry_id: intents[0] if len(intents) == 1 else "" for entry_id, intents in served.items()}
    found = [
        IndexedQuestion(entry.id, entry.revision, text, meant[entry.id], normalize(text))
        for entry in answers.values()
        for text in entry.questions
    ]
    published = {question.normalized for question in found}
    for example in examples:
        if example.text in published:
            continue
        entry = answers.get(example.entry_id)
        owner = (entry.id, entry.revision) if entry else ("", 0)
        found.append(IndexedQuestion(*owner, example.text, example.intent, example.text))
    return found


@dataclass(frozen=True, slots=True)
class _Made:
    """Parts of an index that need not be made anew; see ``SearchIndex``."""

    lexical: Lexical
    documents: Lexical
    centres: Floats
    speller: Speller


class SearchIndex:
    """All questions of one published state, searchable by meaning and words.

    Args:
        questions: Questions of entries and examples.
        dense: Their vectors, in the same order.
        terms: The terms of each.
        dense_weight: Share of the dense score in the fused one.
        served: The intents of each entry by its id; one that is missing serves its own.
        made: What ``changed`` took over from another index; None makes all.

    Raises:
        InvalidInputError: The vectors are of another state.
    """

    def __init__(
        self,
        questions: Sequence[IndexedQuestion],
        dense: DenseIndex,
        terms: Sequence[Sequence[str]],
        dense_weight: float,
        served: Mapping[str, tuple[str, ...]] | None = None,
        made: _Made | None = None,
    ) -> None:
        if len(questions) != len(dense):
            raise InvalidInputError(
                f"The index has {len(dense)} vectors for {len(questions)} questions: "
                "they were made from different states. Rebuild it."
            )
        self.questions = tuple(questions)
        self._intents = [question.intent for question in questions]
        self.dense = dense
        self._served = served or {}
        self._dense_weight = dense_weight
        self.entry_ids = tuple(dict.fromkeys(q.entry_id for q in questions if q.entry_id))
        numbers = {entry_id: number for number, entry_id in enumerate(self.entry_ids)}
        self._owners = np.array([numbers.get(q.entry_id, -1) for q in questions], dtype=np.int64)
        self._by_owner = np.argsort(self._owners, kind="stable")
        self._starts = np.searchsorted(self._owners[self._by_owner], np.arange(len(numbers) + 1))
        # The first of equal texts counts: published questions stand before examples.
        self._places = {q.normalized: place for place, q in reversed(list(enumerate(questions)))}
        self._terms = terms if made else [tuple(map(sys.intern, found)) for found in terms]
        made = made or self._make(len(numbers))
        self._lexical, self._documents, self._centres = made.lexical, made.documents, made.centres
        self.speller = made.speller

    def _make(self, entries: int) -> _Made:
        documents = LexicalIndex(_documents(self._terms, self._owners, entries), whole=True)
        vectors = self.dense.at(np.arange(len(self.dense)))
        centres = centres_of(vectors, self._owners, entries)
        speller = Speller.of([question.normalized for question in self.questions])
        return _Made(LexicalIndex(self._terms), documents, centres, speller)

    def changed(
        self,
        entry_id: str,
        run: range,
        questions: Sequence[IndexedQuestion],
        vectors: Floats,
        terms: Sequence[Sequence[str]],
        served: tuple[str, ...],
    ) -> SearchIndex:
        """Return an index in which an entry has other questions; this one stays as it is.

        How rare words are is taken from this index, so that scores by words may differ by
        some thousandths from those of an index made anew.

        Args:
            entry_id: The entry; a new one is added.
            run: Positions of its published questions; an empty range before the training
                examples for a new one.
            questions: What takes their place; none takes the entry away, and training
                examples that name it then count for their intent only.
            vectors: float32 [questions, dim].
            terms: The terms of each.
            served: The intents that the entry answers.
        """
        splice = Splice(run.start, run.stop, len(questions))
        kept = self.questions[run.stop :]
        if not questions:
            kept = tuple(replace(q, entry_id="", revision=0) if q.entry_id == entry_id else q for q in kept)
        all_questions = (*self.questions[: run.start], *questions, *kept)
        all_terms = [*self._terms[: run.start], *map(tuple, terms), *self._terms[run.stop :]]
        ids = tuple(dict.fromkeys(q.entry_id for q in all_questions if q.entry_id))
        place = self.entry_ids.index(entry_id) if entry_id in self.entry_ids else ids.index(entry_id)
        entries = Splice(place, place + (entry_id in self.entry_ids), int(entry_id in ids))
        own = [i for i, q in enumerate(all_questions) if q.entry_id == entry_id]
        dense = SplicedDense(self.dense, splice, vectors)
        document = [term for i in own for term in all_terms[i]]
        centre = centres_of(dense.at(np.array(own, dtype=np.int64)), np.zeros(len(own), dtype=np.int64), 1)
        made = _Made(
            SplicedLexical(self._lexical, splice, [tuple(found) for found in terms]),
            SplicedLexical(self._documents, entries, [document] if own else []),
            np.asarray(entries.apply(self._centres, centre[: entries.added]), dtype=np.float32),
            self.speller.knowing([question.normalized for question in questions]),
        )
        every = {**self._served, entry_id: served}
        return SearchIndex(all_questions, dense, all_terms, self._dense_weight, every, made)

    def nearest(self, vector: NDArray[np.float32]) -> Neighbours:
        """Return the questions nearest to ``vector`` (float32 [dim], by the index's encoder)."""
        return Neighbours(*self.dense.search(vector, NEAREST))

    def place_of(self, normalized: str) -> int | None:
        """Return the position of the question that has this very text, if there is one."""
        return self._places.get(normalized)

    def intents_served(self, entry: Entry) -> tuple[str, ...]:
        """Return the intents that an entry answers, its own first."""
        return self._served.get(entry.id, (entry.intent,))

    def intents_of(self, near: Neighbours) -> list[str]:
        """Return the intent of each of the questions found near."""
        return [self._intents[place] for place in near.positions.tolist()]

    def search(
        self,
        query: Query,
        vector: NDArray[np.float32],
        top: int = 10,
        skip: frozenset[int] = frozenset(),
        neighbours: Neighbours | None = None,
    ) -> tuple[Candidate, ...]:
        """Rank entries for a query.

        Args:
            query: The prepared query.
            vector: float32 [dim], the query's vector by the index's encoder.
            top: How many entries at most.
            skip: Positions of questions to leave out, as if they were not indexed
                (leave-one-out measurement).
            neighbours: What ``nearest`` gave for ``vector``, if it was asked already.
        """
        near = neighbours or self.nearest(vector)
        lexical = self._lexical.scores(query.tokens)
        documents = self._documents.scores(query.tokens)
        left_out = self._left_out(skip) if skip else {}
        for owner, rest in left_out.items():
            terms = [term for position in rest for term in self._terms[position]]
            documents[owner] = self._documents.score_of(query.tokens, terms)
        positions = self._pool(near, lexical, documents, skip)
        cosines = self.dense.at(positions) @ vector
        fused = fuse(cosines, lexical[positions], self._dense_weight)
        entries, slots = np.unique(self._owners[positions], return_inverse=True)
        pool = Pool(entries, slots, positions, cosines, lexical[positions], fused)
        same = self._places.get(query.normalized, -1)
        centres = self._centres[entries] @ vector
        for owner, rest in left_out.items():
            centres[entries == owner] = self._centre(rest) @ vector
        return self._candidates(pool, centres, documents[entries], top, same)

    def _pool(self, near: Neighbours, lexical: Floats, documents: Floats, skip: frozenset[int]) -> Positions:
        """Return the positions of near questions, and of all questions of near entries."""
        whole = [self._questions_of(entry) for entry in _highest(documents, BY_DOCUMENT)]
        pool = np.unique(np.concatenate([near.positions, _highest(lexical, BY_WORDS), *whole]))
        wanted = self._owners[pool] >= 0
        if skip:
            wanted &= ~np.isin(pool, list(skip))
        return np.asarray(pool[wanted])

    def _left_out(self, skip: frozenset[int]) -> dict[int, Positions]:
        """Return what is left of each entry that loses questions."""
        left_out = np.fromiter(skip, dtype=np.int64, count=len(skip))
        owners = np.unique(self._owners[left_out]).tolist()
        return {owner: np.setdiff1d(self._questions_of(owner), left_out) for owner in owners if owner >= 0}

    def _centre(self, positions: Positions) -> Floats:
        together = np.zeros(len(positions), dtype=np.int64)
        return np.asarray(centres_of(self.dense.at(positions), together, 1)[0])

    def _questions_of(self, entry: int) -> Positions:
        return self._by_owner[self._starts[entry] : self._starts[entry + 1]]

    def _candidates(
        self, pool: Pool, centres: Floats, documents: Floats, top: int, same: int
    ) -> tuple[Candidate, ...]:
        """Return the best entries; ``same`` is the position of the query's own text, if it is indexed."""
        best = pool.best_question()
        nearness, support = pool.nearness(), pool.support()
        fused = fuse_entries(pool.dense[best], nearness, centres, documents)
        # Whoever asks a question word for word is asking that entry.
        fused[pool.slots[pool.positions == same]] = SAME_TEXT
        order = np.argsort(-fused, kind="stable")[:top]
        chosen = best[order]
        of_question = (pool.dense[chosen], pool.lexical[chosen])
        of_entry = (nearness[order], support[order], centres[order], documents[order])
        scores = np.stack([*of_question, fused[order], *of_entry], axis=1).tolist()
        questions = [self.questions[place] for place in pool.positions[chosen].tolist()]
        return tuple(
            Candidate(asked.entry_id, asked.revision, asked.text, dense, lexical, of_all, rank, *rest)
            for rank, (asked, (dense, lexical, of_all, *rest)) in enumerate(
                zip(questions, scores, strict=True), start=1
            )
        )


def _highest(scores: Floats, count: int) -> Positions:
    """Return the positions of the ``count`` highest scores above 0, in no order."""
    count = min(count, len(scores))
    if not count:
        return np.empty(0, dtype=np.int64)
    found = np.flatnonzero(scores > 0)
    if len(found) > count:
        found = found[np.argpartition(scores[found], -count)[-count:]]
    return np.asarray(found, dtype=np.int64)


def _documents(terms: Sequence[Sequence[str]], owners: Positions, count: int) -> list[list[str]]:
    """Return for each entry the terms of all its questions."""
    documents: list[list[str]] = [[] for _ in range(count)]
    for owner, found in zip(owners, terms, strict=True):
        if owner >= 0:
            documents[owner].extend(found)
    return documents


def build_index(
    entries: Sequence[Entry], encoder: Encoder, tokenizer: Tokenizer, dense_weight: float
) -> SearchIndex:
    """Encode and index all questions of ``entries``."""
    questions = questions_of(entries)
    texts = [q.normalized for q in questions]
    dense = FaissIndex(encoder.encode(texts), encoder.id, encoder.fingerprint)
    return SearchIndex(questions, dense, [tokenizer.terms(text) for text in texts], dense_weight)
