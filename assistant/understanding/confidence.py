"""One calibrated probability that an entry answers the question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.types import IntentPrediction, ScoredCandidate
from knowledge_base.types import Candidate, Entry, Query

FEATURES = (
    "fused",
    "dense",
    "lexical",
    "lead",
    "intent_log_probability",
    "intent_probability",
    "intent_is_top",
    "unanswerable_probability",
    "log_length",
)
"""Names of the features, in the order of the model's weights."""

_FLOOR = 1e-4


def candidate_features(
    query: Query,
    candidates: Sequence[Candidate],
    intents: Sequence[str],
    prediction: IntentPrediction,
    unanswerable: frozenset[str],
) -> NDArray[np.float64]:
    """Describe each candidate by how well it fits and how it stands out.

    Args:
        query: The prepared query.
        candidates: Entries found, best fused score first.
        intents: The intent of each candidate's entry.
        prediction: Intent probabilities of the query.
        unanswerable: Intents that no entry answers (handoff and decline).

    Returns:
        float64 [candidates, len(FEATURES)]. ``lead`` is the distance of the
        fused score to the best other entry (negative behind the first).
    """
    chances = dict(prediction.ranking)
    no_answer = prediction.probability_of(unanswerable)
    length = math.log1p(len(query.normalized))
    rows = []
    for position, (candidate, intent) in enumerate(zip(candidates, intents, strict=True)):
        rivals = [c.fused for i, c in enumerate(candidates) if i != position]
        chance = chances.get(intent, 0.0)
        rows.append(
            (
                candidate.fused,
                candidate.dense,
                candidate.lexical,
                candidate.fused - max(rivals, default=0.0),
                math.log(max(chance, _FLOOR)),
                chance,
                float(intent == prediction.label),
                no_answer,
                length,
            )
        )
    return np.array(rows, dtype=np.float64).reshape(len(candidates), len(FEATURES))


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """Logistic regression over ``FEATURES``, fitted on labelled entries.

    Attributes:
        weights: float64 [len(FEATURES)].
        bias: Intercept.
    """

    weights: NDArray[np.float64]
    bias: float

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return float64 [candidates]: the chance of each to answer the question."""
        return np.asarray(1.0 / (1.0 + np.exp(-(features @ self.weights + self.bias))))

    def rank(
        self,
        query: Query,
        candidates: Sequence[Candidate],
        entries: Mapping[str, Entry],
        prediction: IntentPrediction,
        unanswerable: frozenset[str],
    ) -> tuple[ScoredCandidate, ...]:
        """Return the candidates with their confidence, most confident first."""
        found = [entries[candidate.entry_id] for candidate in candidates]
        intents = [entry.intent for entry in found]
        features = candidate_features(query, candidates, intents, prediction, unanswerable)
        scored = [
            ScoredCandidate(candidate, entry.intent, entry.question, float(chance))
            for candidate, entry, chance in zip(candidates, found, self.probabilities(features), strict=True)
        ]
        return tuple(sorted(scored, key=lambda one: -one.confidence))
