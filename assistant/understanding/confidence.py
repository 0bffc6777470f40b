"""Which entry answers best, and one calibrated probability that it is right."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from assistant.types import IntentPrediction, ScoredCandidate
from knowledge_base.types import Candidate, Entry, Query

Numbers = NDArray[np.float64]

FEATURES = (
    "dense",
    "lexical",
    "nearness",
    "support",
    "centre",
    "document",
    "intent_log_probability",
    "intent_probability",
    "intent_is_top",
    "entry_log_probability",
)
"""What candidates are ranked by, in the order of the ranking weights."""

STANDING = (
    "lead",
    "share",
    "unanswerable_probability",
    "unanswerable_log_odds",
    "intent_margin",
    "log_length",
)
"""What confidence weighs beside ``FEATURES``: how a candidate stands among its rivals, and
what is known of the query."""

CROSSED = ("nearness", "intent_probability", "lead", "share", "unanswerable_log_odds")
"""What confidence weighs by squares and pairs too: a near question tells more where its rivals
are far and its intent is sure. Chosen by cross-validation on the calibration set."""

_DESCRIBED = FEATURES + STANDING
_CROSSED_PLACES = [_DESCRIBED.index(name) for name in CROSSED]
_FIRST, _SECOND = np.array(list(combinations_with_replacement(range(len(CROSSED)), 2))).T
WEIGHED = len(_DESCRIBED) + len(_FIRST)
"""How many weights confidence has."""

_FARTHEST = 2.5
"""Standard deviations at which crossed features are cut off: products of outliers would decide alone."""

_FLOOR = 1e-4


def candidate_features(
    candidates: Sequence[Candidate],
    intents: Sequence[Sequence[str]],
    prediction: IntentPrediction,
    by_head: Numbers,
) -> Numbers:
    """Describe how well each candidate fits.

    Args:
        candidates: Entries found.
        intents: The intents that each candidate's entry serves.
        prediction: Intent probabilities of the query.
        by_head: float64 [candidates], what ``EntryHead.log_probabilities`` says of them.

    Returns:
        float64 [candidates, len(FEATURES)].
    """
    chances = dict(prediction.ranking)
    rows = []
    for found, served, log in zip(candidates, intents, by_head.tolist(), strict=True):
        chance = sum(chances.get(intent, 0.0) for intent in served)
        of_search = (found.dense, found.lexical, found.nearness)
        of_entry = (found.support, found.centre, found.document)
        of_intent = (math.log(max(chance, _FLOOR)), chance, float(prediction.label in served))
        rows.append((*of_search, *of_entry, *of_intent, log))
    return np.array(rows, dtype=np.float64).reshape(len(candidates), len(FEATURES))


def meant_of(served: Sequence[str], prediction: IntentPrediction) -> str:
    """Return the one of an entry's intents that is most probably meant."""
    return served[0] if len(served) == 1 else prediction.likeliest_of(served)


def query_features(query: Query, prediction: IntentPrediction, unanswerable: frozenset[str]) -> Numbers:
    """Describe the query itself: the last four of ``STANDING``.

    Args:
        query: The prepared query.
        prediction: Its intent probabilities.
        unanswerable: Intents that no entry answers (handoff and decline).
    """
    nobody = prediction.probability_of(unanswerable)
    odds = math.log(max(nobody, _FLOOR)) - math.log(max(1.0 - nobody, _FLOOR))
    second = prediction.ranking[1][1] if len(prediction.ranking) > 1 else 0.0
    length = math.log1p(len(query.normalized))
    margin = prediction.probability - second
    return np.array([nobody, odds, margin, length], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Crossing:
    """Adds the products of ``CROSSED`` features, standardised, to described candidates.

    Attributes:
        centre: float64 [len(CROSSED)], means of the rows it was fitted on.
        spread: float64 [len(CROSSED)], their standard deviations.
    """

    centre: Numbers
    spread: Numbers

    @classmethod
    def fitted_on(cls, described: Numbers) -> Crossing:
        """Take centre and spread of rows that ``with_standing`` described."""
        crossed = described[:, _CROSSED_PLACES]
        spread = crossed.std(axis=0)
        return cls(crossed.mean(axis=0), np.where(spread > 0, spread, 1.0))

    def extend(self, described: Numbers) -> Numbers:
        """Return float64 [rows, WEIGHED]: ``described`` with the products behind."""
        crossed = (described[:, _CROSSED_PLACES] - self.centre) / self.spread
        crossed = np.clip(crossed, -_FARTHEST, _FARTHEST)
        return np.hstack([described, crossed[:, _FIRST] * crossed[:, _SECOND]])


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A linear ranking of candidates, and a logistic regression on top of it.

    Attributes:
        ranking: float64 [len(FEATURES)], fitted to put the right entry first.
        crossing: Adds products of features for the regression.
        weights: float64 [WEIGHED], fitted on labelled entries.
        bias: Intercept of the regression.
    """

    ranking: Numbers
    crossing: Crossing
    weights: Numbers
    bias: float

    def scores(self, features: Numbers) -> Numbers:
        """Return float64 [candidates]: higher is better; only differences mean anything."""
        return np.asarray(features @ self.ranking)

    def probabilities(self, features: Numbers, of_query: Numbers) -> Numbers:
        """Return float64 [candidates]: the chance of each to answer the question.

        A candidate that ranks lower is always less probable than one above it.
        """
        scores = self.scores(features)
        described = self.crossing.extend(with_standing(features, scores, of_query))
        chances = 1.0 / (1.0 + np.exp(-(described @ self.weights + self.bias)))
        order = np.argsort(-scores, kind="stable")
        chances[order] = np.minimum.accumulate(chances[order]) * (1.0 - 1e-9 * np.arange(len(order)))
        return np.asarray(chances)

    def rank(
        self,
        query: Query,
        candidates: Sequence[Candidate],
        entries: Mapping[str, Entry],
        served: Callable[[Entry], Sequence[str]],
        prediction: IntentPrediction,
        by_head: Numbers,
        unanswerable: frozenset[str],
        top: int,
    ) -> tuple[ScoredCandidate, ...]:
        """Return the ``top`` candidates with their confidence among all of them, best first.

        Args:
            query: The prepared query.
            candidates: Entries found.
            entries: The published entries by id.
            served: Tells the intents that an entry serves, its own first.
            prediction: Intent probabilities of the query.
            by_head: float64 [candidates], what the entry head says of them.
            unanswerable: Intents that no entry answers (handoff and decline).
            top: How many at most.
        """
        found = [entries[candidate.entry_id] for candidate in candidates]
        intents = [served(entry) for entry in found]
        features = candidate_features(candidates, intents, prediction, by_head)
        chances = self.probabilities(features, query_features(query, prediction, unanswerable))
        order = np.argsort(-self.scores(features), kind="stable")[:top]
        return tuple(
            ScoredCandidate(
                candidates[place], meant_of(intents[place], prediction), found[place].question, chance
            )
            for place, chance in zip(order.tolist(), chances[order].tolist(), strict=True)
        )


def with_standing(features: Numbers, scores: Numbers, of_query: Numbers) -> Numbers:
    """Add to each candidate how it stands among the others, and the query's own features.

    ``lead`` is the distance of its score to the best other one (negative behind the
    first, 0 without a rival); ``share`` its part in the softmax of all scores.

    Returns:
        float64 [candidates, len(FEATURES) + len(STANDING)].
    """
    lead = np.zeros(len(scores))
    share = np.ones(len(scores))
    if len(scores) > 1:
        first, second = np.sort(scores)[::-1][:2]
        lead = np.where(scores >= first, first - second, scores - first)
        share = np.exp(scores - first)
        share /= share.sum()
    return np.column_stack([features, lead, share, np.tile(of_query, (len(scores), 1))])
