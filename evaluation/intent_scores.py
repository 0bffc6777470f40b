"""Precision, recall and F1 by intent, macro-F1, and which intents are confused.

Rows may accept several intents. A prediction among them is right, and then the truth is
what was predicted; otherwise the truth is the primary intent. So a row counts once, and
no acceptable reading is held against the assistant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.statistics import bootstrap_interval
from evaluation.types import CaseResult, Confusion, IntentScore, Metric


def truth_of(result: CaseResult) -> str:
    """Return the intent a row is scored against."""
    return result.intent if result.case.accepts_intent(result.intent) else result.case.intent


def intent_scores(results: Sequence[CaseResult]) -> tuple[IntentScore, ...]:
    """Return the score of every intent that is the truth or a prediction of a row, by id."""
    scored = [result for result in results if result.case.scores_intent]
    support = Counter(truth_of(result) for result in scored)
    predicted = Counter(result.intent for result in scored)
    correct = Counter(result.intent for result in scored if result.intent == truth_of(result))
    intents = sorted(support.keys() | predicted.keys())
    return tuple(_score(intent, support[intent], predicted[intent], correct[intent]) for intent in intents)


def _score(intent: str, support: int, predicted: int, correct: int) -> IntentScore:
    return IntentScore(
        intent=intent,
        support=support,
        predicted=predicted,
        correct=correct,
        precision=correct / predicted if predicted else None,
        recall=correct / support if support else None,
        f1=2 * correct / (support + predicted),
    )


def confusions(results: Sequence[CaseResult]) -> tuple[Confusion, ...]:
    """Return the pairs of true and predicted intents that differ, most frequent first."""
    pairs = Counter((truth_of(r), r.intent) for r in results if r.case.scores_intent)
    wrong = [Confusion(*pair, count) for pair, count in pairs.items() if pair[0] != pair[1]]
    return tuple(sorted(wrong, key=lambda c: (-c.count, c.truth, c.predicted)))


def macro_f1(results: Sequence[CaseResult], weights: NDArray[np.float64]) -> Metric:
    """Return the mean F1 over the intents with support, with a bootstrap interval.

    Every resample averages over the intents with support in it.

    Source: J. Opitz and S. Burst, "Macro F1 and Macro F1" (2019), arXiv:1911.03347: the
    arithmetic mean of the F1 scores by class.

    Args:
        results: All rows; those that do not score an intent are left out.
        weights: Shape (rows,), none negative; rows of weight 0 do not count.
    """
    kept = [i for i, result in enumerate(results) if result.case.scores_intent and weights[i] > 0]
    if not kept:
        return Metric(None, None, None, 0)
    truths = [truth_of(results[i]) for i in kept]
    predictions = [results[i].intent for i in kept]
    labels = {intent: index for index, intent in enumerate(sorted({*truths, *predictions}))}
    truth = np.array([labels[intent] for intent in truths])
    predicted = np.array([labels[intent] for intent in predictions])
    weight = weights[kept]

    def f1_of(rows: NDArray[np.intp]) -> float:
        return _mean_f1(truth[rows], predicted[rows], weight[rows], len(labels))

    low, high = bootstrap_interval(f1_of, len(kept))
    return Metric(f1_of(np.arange(len(kept))), low, high, len(kept))


def _mean_f1(
    truth: NDArray[np.intp], predicted: NDArray[np.intp], weight: NDArray[np.float64], labels: int
) -> float:
    support = np.bincount(truth, weight, labels)
    claimed = np.bincount(predicted, weight, labels)
    right = truth == predicted
    correct = np.bincount(truth[right], weight[right], labels)
    present = support > 0
    return float(np.mean(2 * correct[present] / (support[present] + claimed[present])))
