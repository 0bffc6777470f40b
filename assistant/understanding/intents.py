"""The intent of a text: a linear head and a vote of the nearest examples, in numpy.

The head was fitted with scikit-learn (training/head.py) and is evaluated here
without it: importing it costs seconds of start and milliseconds a question.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.types import IntentPrediction
from knowledge_base.search.search import Neighbours, SearchIndex

Floats = NDArray[np.float32]

COMPLEX_CASE = "complex_case"
"""Beside the intents the model knows one more label: someone's own case of injury or death
that needs a person. It is no intent; its probability is told apart (IntentPrediction)."""

NEIGHBOURS = 3
"""Nearest questions of each intent whose mean similarity is its vote."""


@dataclass(frozen=True, slots=True)
class NgramVectorizer:
    """Character n-gram TF-IDF with sublinear counts, equal to scikit-learn's.

    Attributes:
        vocabulary: N-gram to column.
        idf: float32 [columns].
        longest: Length of the longest n-gram.
    """

    vocabulary: Mapping[str, int]
    idf: Floats
    longest: int

    def transform(self, text: str) -> tuple[NDArray[np.int64], Floats]:
        """Return the columns that occur in ``text`` and their L2-normalised weights."""
        sizes, length = range(1, self.longest + 1), len(text)
        grams = [text[start : start + size] for size in sizes for start in range(length - size + 1)]
        counts = Counter(map(self.vocabulary.get, grams))
        counts.pop(None, None)
        if not counts:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        columns = np.fromiter(counts, dtype=np.int64)
        weights = np.array([1.0 + math.log(n) for n in counts.values()], dtype=np.float32) * self.idf[columns]
        return columns, weights / np.linalg.norm(weights)


@dataclass(frozen=True, slots=True)
class LinearHead:
    """Multinomial logistic regression over [encoder vector, n-gram weights].

    Attributes:
        dense: float32 [dim, intents].
        sparse: float32 [columns, intents].
        bias: float32 [intents].
    """

    dense: Floats
    sparse: Floats
    bias: Floats

    def log_probabilities(self, vector: Floats, columns: NDArray[np.int64], weights: Floats) -> Floats:
        """Return float32 [intents], normalised so that its exponentials sum to 1."""
        logits = vector @ self.dense + weights @ self.sparse[columns] + self.bias
        return log_softmax(logits)


@dataclass(frozen=True, slots=True)
class Voters:
    """The labelled questions nearest to a text: each one's intent and cosine, best first."""

    intents: Sequence[str]
    cosines: Floats


def voters_of(index: SearchIndex, near: Neighbours) -> Voters:
    """Return the intents and cosines of what ``index`` found near a text."""
    return Voters(index.intents_of(near), near.cosines)


@dataclass(frozen=True, slots=True)
class NeighbourVote:
    """Similarity of a text to the nearest labelled questions of each intent.

    Attributes:
        temperature: Divisor of the mean similarity before the softmax.
    """

    temperature: float

    def log_probabilities(self, voters: Voters, labels: Sequence[str]) -> Floats:
        """Return float32 [labels] from the mean of each intent's ``NEIGHBOURS`` nearest.

        An intent with fewer among ``voters`` is lent the last one's cosine: its own
        next question is no nearer than that.
        """
        floor = float(voters.cosines[-1]) if len(voters.cosines) else 0.0
        sums = dict.fromkeys(labels, 0.0)
        seats = dict.fromkeys(labels, NEIGHBOURS)
        for intent, cosine in zip(voters.intents, voters.cosines.tolist(), strict=True):
            if seats.get(intent):
                seats[intent] -= 1
                sums[intent] += cosine
        means = [(sums[label] + seats[label] * floor) / NEIGHBOURS for label in labels]
        return log_softmax(np.array(means, dtype=np.float32) / np.float32(self.temperature))


@dataclass(frozen=True, slots=True)
class IntentModel:
    """Head and vote combined by a weighted geometric mean.

    Attributes:
        labels: Intents in the order of all arrays.
        vote_weight: Weight of the vote's log probability; the head's is 1.
        sharpness: Factor on the sum, fitted so that probabilities are calibrated.
    """

    labels: tuple[str, ...]
    ngrams: NgramVectorizer
    head: LinearHead
    vote: NeighbourVote
    vote_weight: float
    sharpness: float

    def by_head(self, normalized: str, vector: Floats) -> Floats:
        """Return the log probabilities of the head alone, float32 [labels]."""
        return self.head.log_probabilities(vector, *self.ngrams.transform(normalized))

    def predict(self, normalized: str, vector: Floats, voters: Voters) -> IntentPrediction:
        """Return all intents with their probabilities, most probable first.

        Args:
            normalized: The normalised text.
            vector: float32 [dim], its encoder vector.
            voters: The labelled questions nearest to it.
        """
        logs = self.by_head(normalized, vector)
        logs = logs + self.vote_weight * self.vote.log_probabilities(voters, self.labels)
        probabilities = np.exp(log_softmax(self.sharpness * logs))
        order = np.argsort(-probabilities, kind="stable")
        chances = dict(
            zip([self.labels[place] for place in order], probabilities[order].tolist(), strict=True)
        )
        complex_case = chances.pop(COMPLEX_CASE, 0.0)
        left = max(sum(chances.values()), 1e-12)
        ranking = tuple([(label, chance / left) for label, chance in chances.items()])
        return IntentPrediction(*ranking[0], ranking, complex_case)


def log_softmax(logits: Floats) -> Floats:
    """Return the logarithms of the softmax of ``logits``, float32 [n]."""
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)
