"""Fits the intent head and weighs it against the nearest-example vote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from assistant.understanding.intents import (
    COMPLEX_CASE,
    IntentModel,
    LinearHead,
    NeighbourVote,
    NgramVectorizer,
    Voters,
)

Floats = NDArray[np.float32]

MAX_NGRAMS = 8000
LONGEST_NGRAM = 2
NGRAM_SCALE = 6.0
DENSE_SCALE = 3.0
"""Factors on the two unit-length parts: with one penalty for all weights they decide how
much each part is trusted. Chosen on the calibration set."""

REGULARISATION = 0.5
"""Inverse strength of the penalty; of 0.3 to 6 the likelihood of the calibration set is best about here."""
_NEVER = np.float32(-1e4)
VOTE_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
VOTE_TEMPERATURES = (0.02, 0.03, 0.05, 0.07, 0.1)
SHARPNESSES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2)


@dataclass(frozen=True, slots=True)
class TuningTexts:
    """Questions by other writers: normalised texts, vectors, their voters, acceptable intents."""

    texts: Sequence[str]
    vectors: Floats
    voters: Sequence[Voters]
    intents: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FittedHead:
    """What scikit-learn fitted, before export."""

    vectorizer: TfidfVectorizer
    classifier: LogisticRegression

    def predict_probabilities(self, texts: Sequence[str], vectors: Floats) -> NDArray[np.float64]:
        """Return float64 [texts, intents] by scikit-learn itself (the reference of a test)."""
        return np.asarray(self.classifier.predict_proba(_design(self.vectorizer, texts, vectors)))


def _design(vectorizer: TfidfVectorizer, texts: Sequence[str], vectors: Floats) -> csr_matrix:
    ngrams = vectorizer.transform(texts) * NGRAM_SCALE
    return hstack([csr_matrix(vectors * DENSE_SCALE), ngrams]).tocsr()


def fit_head(texts: Sequence[str], vectors: Floats, labels: Sequence[str], seed: int) -> FittedHead:
    """Fit multinomial logistic regression on encoder vectors and character n-grams.

    Args:
        texts: Normalised training questions.
        vectors: float32 [texts, dim].
        labels: The intent of each; one without ("") teaches nothing.
        seed: Seed of the solver.
    """
    told = [place for place, label in enumerate(labels) if label]
    texts, vectors, labels = [texts[i] for i in told], vectors[told], [labels[i] for i in told]
    vectorizer = TfidfVectorizer(
        analyzer="char",
        ngram_range=(1, LONGEST_NGRAM),
        min_df=2,
        max_features=MAX_NGRAMS,
        sublinear_tf=True,
        lowercase=False,
    )
    vectorizer.fit(texts)
    classifier = LogisticRegression(
        C=REGULARISATION, max_iter=2000, random_state=seed, class_weight="balanced"
    )
    classifier.fit(_design(vectorizer, texts, vectors), np.asarray(labels))
    return FittedHead(vectorizer, classifier)


def export_head(fitted: FittedHead, dim: int) -> tuple[NgramVectorizer, LinearHead]:
    """Turn what scikit-learn fitted into arrays that numpy evaluates alike."""
    vocabulary: dict[str, int] = {str(k): int(v) for k, v in fitted.vectorizer.vocabulary_.items()}
    ngrams = NgramVectorizer(vocabulary, fitted.vectorizer.idf_.astype(np.float32), LONGEST_NGRAM)
    weights = fitted.classifier.coef_.T.astype(np.float32)
    head = LinearHead(
        dense=np.ascontiguousarray(weights[:dim] * np.float32(DENSE_SCALE)),
        sparse=np.ascontiguousarray(weights[dim:] * np.float32(NGRAM_SCALE)),
        bias=fitted.classifier.intercept_.astype(np.float32),
    )
    return ngrams, head


def rounded(head: LinearHead) -> LinearHead:
    """Return a head as bundles keep it: the many weights of the n-grams in half precision."""
    return replace(head, sparse=in_half_precision(head.sparse))


def in_half_precision(array: Floats) -> Floats:
    """Return an array with the values that a bundle keeps of it, so that what is fitted on it serves, too."""
    return array.astype(np.float16).astype(np.float32)


def combine(fitted: FittedHead, dim: int, tuning: TuningTexts) -> tuple[IntentModel, dict[str, Any]]:
    """Choose vote weight, temperature and sharpness by the likelihood of ``tuning``.

    Args:
        fitted: The head.
        dim: Length of the vectors.
        tuning: Questions by other writers (the calibration set).

    Returns:
        The model and what was chosen, with accuracy and mean log likelihood.
    """
    labels = tuple(str(label) for label in fitted.classifier.classes_)
    ngrams, exact = export_head(fitted, dim)
    head = rounded(exact)  # what serves is what the cuts are fitted on
    pairs = zip(tuning.texts, tuning.vectors, strict=True)
    head_logs = np.stack([head.log_probabilities(v, *ngrams.transform(t)) for t, v in pairs])
    allowed = np.array([[label in intents for label in labels] for intents in tuning.intents])
    # The rows say nothing of it: a complex case keeps its intent.
    head_logs[:, [label == COMPLEX_CASE for label in labels]] = _NEVER
    chosen = max(
        _candidates(head_logs, labels, tuning, allowed), key=lambda found: found["mean_log_likelihood"]
    )
    vote = NeighbourVote(chosen["vote_temperature"])
    model = IntentModel(labels, ngrams, head, vote, chosen["vote_weight"], chosen["sharpness"])
    return model, chosen


def _candidates(
    head_logs: Floats, labels: Sequence[str], tuning: TuningTexts, allowed: NDArray[np.bool_]
) -> Iterator[dict[str, float]]:
    """Yield every combination of the grids with its quality."""
    for temperature in VOTE_TEMPERATURES:
        vote = NeighbourVote(temperature)
        vote_logs = np.stack([vote.log_probabilities(voters, labels) for voters in tuning.voters])
        for weight, sharpness in product(VOTE_WEIGHTS, SHARPNESSES):
            likelihood, accuracy = _fit_quality(sharpness * (head_logs + weight * vote_logs), allowed)
            yield {
                "vote_weight": weight,
                "vote_temperature": temperature,
                "sharpness": sharpness,
                "accuracy": accuracy,
                "mean_log_likelihood": likelihood,
            }


def _fit_quality(logs: NDArray[Any], allowed: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the mean log probability of the acceptable intents, and accuracy."""
    logs = logs - logs.max(axis=1, keepdims=True)
    probabilities = np.exp(logs)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    right = np.maximum((probabilities * allowed).sum(axis=1), 1e-6)
    accuracy = float(allowed[np.arange(len(logs)), probabilities.argmax(axis=1)].mean())
    return float(np.log(right).mean()), accuracy
