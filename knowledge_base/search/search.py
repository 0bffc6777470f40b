"""Hybrid search: the best entries for a query by meaning and by words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import InvalidInputError
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.faiss_index import FaissIndex
from knowledge_base.search.fusion import fuse
from knowledge_base.search.lexical_index import LexicalIndex
from knowledge_base.search.text import normalize, script_of
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.types import Candidate, Entry, Query

POOL = 64
"""How many questions each of the two rankings brings into the fusion."""


@dataclass(frozen=True, slots=True)
class IndexedQuestion:
    """One question of an entry as the index holds it."""

    entry_id: str
    revision: int
    text: str


def make_query(raw: str, tokenizer: Tokenizer) -> Query:
    """Make a customer's text ready for search."""
    normalized = normalize(raw)
    return Query(raw, normalized, script_of(raw), tuple(tokenizer.terms(normalized)))


def questions_of(entries: Sequence[Entry]) -> list[IndexedQuestion]:
    """Return every searchable question; acknowledgements are never searched."""
    return [
        IndexedQuestion(entry.id, entry.revision, text)
        for entry in entries
        if entry.kind == "answer"
        for text in entry.questions
    ]


class SearchIndex:
    """All questions of one published state, searchable by meaning and words."""

    def __init__(
        self,
        questions: Sequence[IndexedQuestion],
        dense: FaissIndex,
        terms: Sequence[Sequence[str]],
        dense_weight: float,
    ) -> None:
        if len(questions) != len(dense):
            raise InvalidInputError(
                f"The index has {len(dense)} vectors for {len(questions)} questions: "
                "they were made from different states. Rebuild it."
            )
        self.questions = tuple(questions)
        self.dense = dense
        self._dense_weight = dense_weight
        self._lexical = LexicalIndex(terms)

    def search(
        self, query: Query, vector: NDArray[np.float32], top: int = 10, skip: frozenset[int] = frozenset()
    ) -> tuple[Candidate, ...]:
        """Rank entries for a query; the best question counts for its entry.

        Args:
            query: The prepared query.
            vector: float32 [dim], the query's vector by the index's encoder.
            top: How many entries at most.
            skip: Positions of questions to leave out (leave-one-out measurement).
        """
        lexical = self._lexical.scores(query.tokens)
        positions = self._pool(vector, lexical, skip)
        cosines = self.dense.vectors[positions] @ vector
        fused = fuse(cosines, lexical[positions], self._dense_weight)
        return self._best_by_entry(positions, cosines, lexical, fused, top)

    def _pool(
        self, vector: NDArray[np.float32], lexical: NDArray[np.float32], skip: frozenset[int]
    ) -> NDArray[np.int64]:
        by_meaning, _ = self.dense.search(vector, POOL)
        count = min(POOL, len(lexical))
        by_words = np.argpartition(-lexical, count - 1)[:count] if count else np.empty(0, dtype=np.int64)
        pool = np.union1d(by_meaning, by_words[lexical[by_words] > 0]).astype(np.int64)
        return pool[~np.isin(pool, list(skip))] if skip else pool

    def _best_by_entry(
        self,
        positions: NDArray[np.int64],
        cosines: NDArray[np.float32],
        lexical: NDArray[np.float32],
        fused: NDArray[np.float32],
        top: int,
    ) -> tuple[Candidate, ...]:
        best: dict[str, int] = {}
        for i in np.argsort(-fused, kind="stable"):
            best.setdefault(self.questions[positions[i]].entry_id, int(i))
            if len(best) == top:
                break
        found = []
        for rank, i in enumerate(best.values(), start=1):
            question = self.questions[positions[i]]
            scores = (float(cosines[i]), float(lexical[positions[i]]), float(fused[i]))
            found.append(Candidate(question.entry_id, question.revision, question.text, *scores, rank))
        return tuple(found)


def build_index(
    entries: Sequence[Entry], encoder: Encoder, tokenizer: Tokenizer, dense_weight: float
) -> SearchIndex:
    """Encode and index all questions of ``entries``."""
    questions = questions_of(entries)
    texts = [normalize(q.text) for q in questions]
    dense = FaissIndex(encoder.encode(texts), encoder.id, encoder.fingerprint)
    return SearchIndex(questions, dense, [tokenizer.terms(text) for text in texts], dense_weight)
