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
from evaluation.tally import NOTHING, widened, worth_of
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
    """Adds up what every intent was the truth of and what was taken for it, of rows that stream by.

    Every resample's sums are kept, too: macro-F1 has a bootstrap interval, and precision and
    recall have the intervals of shares (``evaluation.tally``).

    Args:
        truth: What a row is scored against.
        clustered: Whether some rows share a conversation.
    """

    def __init__(self, truth: Truth = truth_of, clustered: bool = False) -> None:
        self._truth = truth
        self._clustered = clustered
        self._n = 0
        self._pairs: Counter[tuple[str, str]] = Counter()
        self._places: dict[str, int] = {}
        self._sums = np.zeros((3, 1 + RESAMPLES, 0))  # support, claimed, correct; the first is no resample
        self._squares = np.zeros((2, 0))  # of the weights of support and claimed

    def add(self, results: Sequence[CaseResult], weights: NDArray[np.float64], draws: Draws) -> None:
        """Add rows; those that do not score an intent are left out, those that weigh nothing only counted.

        Args:
            results: The rows.
            weights: float64 [rows], none negative.
            draws: float32 [rows, resamples]; see ``draws_of``.
        """
        self._pairs.update((self._truth(r), r.intent) for r in results if r.case.scores_intent)
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
            if kind != _CORRECT:
                self._squares[kind] += (marks.astype(np.float64) ** 2).sum(axis=0)
        self._n += len(kept)

    def scores(self) -> tuple[IntentScore, ...]:
        """Return the score of every intent that is the truth or a prediction of a row, by id."""
        support: Counter[str] = Counter()
        predicted: Counter[str] = Counter()
        for (truth, claimed), count in self._pairs.items():
            support[truth] += count
            predicted[claimed] += count
        names = sorted(support.keys() | predicted.keys())
        return tuple(self._score(name, support[name], predicted[name]) for name in names)

    def _score(self, name: str, support: int, predicted: int) -> IntentScore:
        recall, of_recall = self._share(name, _SUPPORT)
        precision, of_precision = self._share(name, _CLAIMED)
        both = (recall or 0.0) + (precision or 0.0)
        return IntentScore(
            intent=name,
            support=support,
            predicted=predicted,
            correct=self._pairs[name, name],
            precision=precision,
            recall=recall,
            f1=2 * (recall or 0.0) * (precision or 0.0) / both if both else 0.0,
            precision_interval=of_precision,
            recall_interval=of_recall,
        )

    def _share(self, name: str, kind: int) -> tuple[float | None, tuple[float, float] | None]:
        """Return recall (of the support) or precision (of what was claimed), with its interval."""
        place = self._places.get(name)
        if place is None or self._squares[kind, place] == 0:
            return None, None
        (weight, *_), (right, *_) = of, correct = self._sums[kind, :, place], self._sums[_CORRECT, :, place]
        share = min(1.0, float(right / weight))
        rows = float(weight**2 / self._squares[kind, place])
        if self._clustered:
            rows = worth_of(share, rows, float(weight), of[1:], correct[1:])
        return share, wilson_interval(share, rows)

    def confusions(self) -> tuple[Confusion, ...]:
        """Return the pairs that differ, most frequent first."""
        wrong = [Confusion(*pair, count) for pair, count in self._pairs.items() if pair[0] != pair[1]]
        return tuple(sorted(wrong, key=lambda c: (-c.count, c.truth, c.predicted)))

    def macro_f1(self) -> Metric:
        """Return the mean F1 over the intents with support, with a bootstrap interval.

        Every resample averages over the intents with support in it.

        Source: J. Opitz and S. Burst, "Macro F1 and Macro F1" (2019), arXiv:1911.03347: the
        arithmetic mean of the F1 scores by class.
        """
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
            self._squares = np.pad(self._squares, ((0, 0), (0, more)))
        return np.array([self._places[intent] for intent in intents], dtype=np.intp)


def tally_intents(
    results: Sequence[CaseResult],
    weights: NDArray[np.float64],
    truth: Truth = truth_of,
    clustered: bool = False,
) -> IntentTally:
    """Return rows at hand added up by intent; see ``IntentTally``.

    Args:
        results: All rows; those that do not score an intent are left out.
        weights: Shape (rows,), none negative.
        truth: What a row is scored against.
        clustered: Whether some rows share a conversation.
    """
    tally = IntentTally(truth, clustered)
    tally.add(results, weights, draws_of([result.case for result in results]))
    return tally
