"""The baseline every encoder must beat: character TF-IDF."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer


class TfidfEncoder:
    """Character 1-2-grams weighted by TF-IDF, as dense unit vectors.

    Args:
        texts: Normalised texts the vocabulary is taken from.
        dim: Most n-grams kept.
    """

    id = "char-tfidf"

    def __init__(self, texts: Sequence[str], dim: int = 4096) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char", ngram_range=(1, 2), max_features=dim, sublinear_tf=True, lowercase=False
        ).fit(texts)
        self.dim = len(self._vectorizer.vocabulary_)
        self.fingerprint = hashlib.sha256(
            "\n".join(sorted(self._vectorizer.vocabulary_)).encode()
        ).hexdigest()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [n, dim]; a text without a known n-gram is the zero vector."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        return np.asarray(self._vectorizer.transform(texts).toarray(), dtype=np.float32)
