"""Precision, recall and F1 by intent, macro-F1, and which intents are confused.

Rows may accept several intents. Scored leniently, a prediction among them is right, and then
the truth is what was predicted; otherwise the truth is the primary intent. So a row counts
once, and no acceptable reading is held against the assistant. Scored strictly, the truth is the
primary intent whatever else is acceptable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from evaluation.resampling import Draws, draws_of
from evaluation.statistics import RESAMPLES, wilson_interval
from evaluation.tally import NOTHING, widened
from evaluation.types import CaseResult, Confusion, IntentScore, Metric

Truth = Callable[[CaseResult], str]
_SUPPORT, _CLAIMED, _CORRECT = range(3)


def truth_of(result: CaseResult) -> str:
    """Return the intent a row is scored against leniently."""
    return result.intent if result.case.accepts_intent(result.intent) else result.case.intent


def primary_of(result: CaseResult) -> str:
    """Return the intent a row is scored against strictly."""
    return result.case.intent


class IntentTally:
    """Counts pairs of true and predicted intents of rows that stream by."""

    def __init__(self, truth: Truth = truth_of) -> None:
        self._truth = truth
        self._pairs: Counter[tuple[str, str]] = Counter()

    def add(self, results: Sequence[CaseResult]) -> None:
        """Count the rows among ``results`` that score an intent."""
        self._pairs.update((self._truth(r), r.intent) for r in results if r.case.scores_intent)

    def scores(self) -> tuple[IntentScore, ...]:
        """Return the score of every intent that is the truth or a prediction of a row, by id."""
        support: Counter[str] = Counter()
        predicted: Counter[str] = Counter()
        for (truth, claimed), count in self._pairs.items():
            support[truth] += count
            predicted[claimed] += count
        names = sorted(support.keys() | predicted.keys())
        return tuple(_score(name, support[name], predicted[name], self._pairs[name, name]) for name in names)

    def confusions(self) -> tuple[Confusion, ...]:
        """Return the pairs that differ, most frequent first."""
        wrong = [Confusion(*pair, count) for pair, count in self._pairs.items() if pair[0] != pair[1]]
        return tuple(sorted(wrong, key=lambda c: (-c.count, c.truth, c.predicted)))


def intent_scores(results: Sequence[CaseResult], truth: Truth = truth_of) -> tuple[IntentScore, ...]:
    """Return the score of every intent that is the truth or a prediction of a row, by id."""
    tally = IntentTally(truth)
    tally.add(results)
    return tally.scores()


def confusions(results: Sequence[CaseResult]) -> tuple[Confusion, ...]:
    """Return the pairs of true and predicted intents that differ, most frequent first."""
    tally = IntentTally()
    tally.add(results)
    return tally.confusions()


def _score(intent: str, support: int, predicted: int, correct: int) -> IntentScore:
    return IntentScore(
        intent=intent,
        support=support,
        predicted=predicted,
        correct=correct,
        precision=correct / predicted if predicted else None,
        recall=correct / support if support else None,
        f1=2 * correct / (support + predicted),
        precision_interval=wilson_interval(correct / predicted, predicted) if predicted else None,
        recall_interval=wilson_interval(correct / support, support) if support else None,
    )


class MacroF1Tally:
    """The mean F1 over the intents with support, with a bootstrap interval.

    Every resample averages over the intents with support in it.

    Source: J. Opitz and S. Burst, "Macro F1 and Macro F1" (2019), arXiv:1911.03347: the
    arithmetic mean of the F1 scores by class.
    """

    def __init__(self, truth: Truth = truth_of) -> None:
        self._truth = truth
        self._n = 0
        self._places: dict[str, int] = {}
        self._sums = np.zeros((3, 1 + RESAMPLES, 0))  # support, claimed, correct; the first is no resample

    def add(self, results: Sequence[CaseResult], weights: NDArray[np.float64], draws: Draws) -> None:
        """Add rows; those that do not score an intent, or weigh nothing, are left out.

        Args:
            results: The rows.
            weights: float64 [rows], none negative.
            draws: float32 [rows, resamples]; see ``draws_of``.
        """
        kept = [i for i, result in enumerate(results) if result.case.scores_intent and weights[i] > 0]
        if not kept:
            return
        truth = self._places_of([self._truth(results[i]) for i in kept])
        claimed = self._places_of([results[i].intent for i in kept])
        weight = weights[kept].astype(np.float32)
        counts = np.vstack([np.ones(len(kept), dtype=np.float32), draws[kept].T])
        rows = np.arange(len(kept))
        for kind, places in ((_SUPPORT, truth), (_CLAIMED, claimed), (_CORRECT, truth)):
            marks = np.zeros((len(kept), len(self._places)), dtype=np.float32)
            marks[rows, places] = weight if kind != _CORRECT else weight * (truth == claimed)
            self._sums[kind] += counts @ marks
        self._n += len(kept)

    def metric(self) -> Metric:
        """Return the figure over all rows added."""
        if not self._n:
            return NOTHING
        support, claimed, correct = self._sums
        present = support > 0
        f1 = np.divide(2 * correct, support + claimed, where=present, out=np.zeros_like(correct))
        seen = present.sum(axis=1)
        means = f1.sum(axis=1)[seen > 0] / seen[seen > 0]
        value = float(means[0])
        return Metric(value, *widened(means[1:], value), self._n)

    def _places_of(self, intents: Sequence[str]) -> NDArray[np.intp]:
        for intent in intents:
            self._places.setdefault(intent, len(self._places))
        more = len(self._places) - self._sums.shape[2]
        if more:
            self._sums = np.pad(self._sums, ((0, 0), (0, 0), (0, more)))
        return np.array([self._places[intent] for intent in intents], dtype=np.intp)


def macro_f1(results: Sequence[CaseResult], weights: NDArray[np.float64], truth: Truth = truth_of) -> Metric:
    """Return the mean F1 over the intents with support; see ``MacroF1Tally``.

    Args:
        results: All rows; those that do not score an intent are left out.
        weights: Shape (rows,), none negative; rows of weight 0 do not count.
        truth: What a row is scored against.
    """
    tally = MacroF1Tally(truth)
    tally.add(results, weights, draws_of([result.case for result in results]))
    return tally.metric()
