"""The intent of a text: a linear head and a vote of the nearest examples, in numpy.

The head was fitted with scikit-learn (training/head.py) and is evaluated here
without it: importing it costs seconds of start and milliseconds a question.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.types import IntentPrediction

Floats = NDArray[np.float32]

NEIGHBOURS = 3
"""Nearest examples of each intent whose mean similarity is its vote."""


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
        counts: Counter[int] = Counter()
        for size in range(1, self.longest + 1):
            for start in range(len(text) - size + 1):
                column = self.vocabulary.get(text[start : start + size])
                if column is not None:
                    counts[column] += 1
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
        return _log_softmax(logits)


@dataclass(frozen=True, slots=True)
class NeighbourVote:
    """Similarity of a text to the nearest training questions of each intent.

    Attributes:
        examples: float32 [n, dim], vectors of the training questions.
        slots: int64 [n], each example's place in a flat [intents, most] table.
        shape: (intents, most): rows of the table, and the examples of the largest intent.
        temperature: Divisor of the mean similarity before the softmax.
    """

    examples: Floats
    slots: NDArray[np.int64]
    shape: tuple[int, int]
    temperature: float

    @classmethod
    def build(
        cls, examples: Floats, codes: NDArray[np.int64], intents: int, temperature: float
    ) -> NeighbourVote:
        """Arrange examples by the code of their intent, 0 to ``intents - 1``."""
        counts = np.bincount(codes, minlength=intents)
        most = max(int(counts.max()), NEIGHBOURS)
        order = np.argsort(codes, kind="stable")
        place_in_intent = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
        slots = codes[order].astype(np.int64) * most + place_in_intent
        return cls(np.ascontiguousarray(examples[order]), slots, (intents, most), temperature)

    def log_probabilities(self, vector: Floats) -> Floats:
        """Return float32 [intents] from the mean of each intent's nearest examples."""
        table = np.full(self.shape[0] * self.shape[1], -1.0, dtype=np.float32)
        table[self.slots] = self.examples @ vector
        nearest = np.partition(table.reshape(self.shape), -NEIGHBOURS, axis=1)[:, -NEIGHBOURS:]
        return _log_softmax(nearest.mean(axis=1) / np.float32(self.temperature))


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

    def predict(self, normalized: str, vector: Floats) -> IntentPrediction:
        """Return all intents with their probabilities, most probable first.

        Args:
            normalized: The normalised text.
            vector: float32 [dim], its encoder vector.
        """
        logs = self.head.log_probabilities(vector, *self.ngrams.transform(normalized))
        logs = logs + self.vote_weight * self.vote.log_probabilities(vector)
        probabilities = np.exp(_log_softmax(self.sharpness * logs))
        order = np.argsort(-probabilities, kind="stable")
        ranking = tuple((self.labels[i], float(probabilities[i])) for i in order)
        return IntentPrediction(ranking[0][0], ranking[0][1], ranking)


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), dtype=np.float32)
