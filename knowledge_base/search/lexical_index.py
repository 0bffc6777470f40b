"""BM25 over words and bigrams, with scores that compare across queries."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.6


class LexicalIndex:
    """BM25 (Lucene's variant; Robertson & Zaragoza 2009) over tokenised texts.

    Args:
        documents: The terms of each text.
        whole: The texts are many questions in a row, in which a term may come often:
            scores are divided by their limit instead of the score of a copy of the query.
    """

    def __init__(self, documents: Sequence[Sequence[str]], whole: bool = False) -> None:
        self._n = len(documents)
        self._whole = whole
        # An empty corpus has no average length; one impossible term stands in.
        corpus = [list(doc) or ["\x00"] for doc in documents] or [["\x00"]]
        self._bm25 = bm25s.BM25(method="lucene", k1=K1, b=B)
        self._bm25.index(corpus, show_progress=False)
        self._mean_length = float(np.mean([len(doc) for doc in corpus]))
        counts = Counter(term for doc in documents for term in set(doc))
        self._idfs = {term: _idf(count, self._n) for term, count in counts.items()}
        self._idf_of_unknown = _idf(0, self._n)

    def scores(self, terms: Sequence[str]) -> NDArray[np.float32]:
        """Score every text for a query.

        Args:
            terms: The query's terms.

        Returns:
            float32 [n]: BM25 divided by what the query would score against a
            copy of itself (or by its limit), cut to 0..1. Terms no text has count in
            the divisor, so that a query of mostly unknown words scores low everywhere.
        """
        known = [term for term in dict.fromkeys(terms) if term in self._idfs]
        if not known or not self._n:
            return np.zeros(self._n, dtype=np.float32)
        scores = np.array(self._bm25.get_scores(known), dtype=np.float32)[: self._n]
        scores *= np.float32(1.0 / self._self_score(terms))  # BM25 of Lucene's variant is never negative
        return np.minimum(scores, np.float32(1.0), out=scores)

    def score_of(self, terms: Sequence[str], document: Sequence[str]) -> float:
        """Score a text that is not indexed, as if it were one of the indexed ones.

        Args:
            terms: The query's terms.
            document: The text's terms.
        """
        counts = Counter(document)
        length = K1 * (1.0 - B + B * len(document) / self._mean_length)
        raw = sum(self._idf(term) * counts[term] / (counts[term] + length) for term in dict.fromkeys(terms))
        return min(1.0, raw / self._self_score(terms)) if raw else 0.0

    def _self_score(self, terms: Sequence[str]) -> float:
        length = 1.0 - B + B * len(terms) / self._mean_length
        saturation = 1.0 if self._whole else 1.0 / (1.0 + K1 * length)
        return saturation * sum(self._idf(term) for term in dict.fromkeys(terms))

    def _idf(self, term: str) -> float:
        return self._idfs.get(term, self._idf_of_unknown)


def _idf(count: int, documents: int) -> float:
    return math.log(1.0 + (documents - count + 0.5) / (count + 0.5))
