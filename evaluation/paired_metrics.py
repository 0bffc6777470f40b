"""Compares the metrics of two runs over the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evaluation.paired_statistics import Difference, clusters_of, difference_of, mcnemar, resampled_sums
from evaluation.resampling import draws_of
from evaluation.row_scores import COST, MACRO_F1, MACRO_F1_STRICT, MEANS, METRIC_NAMES, ROW_SCORES
from evaluation.runs import RunRow
from evaluation.survey import survey_of
from evaluation.tally import NOTHING, Floats, MeanTally, widened
from evaluation.types import Case, Metric

RIGHT = "right_rate"
SIGNIFICANT = 0.05
COMPARED: tuple[str, ...] = (RIGHT, *ROW_SCORES)
"""Metrics that are means over rows."""

COMPARED_NAMES: tuple[str, ...] = (RIGHT, *METRIC_NAMES)
LOWER_IS_BETTER = frozenset(
    {
        "handoff_rate",
        "handoff_uncertain",
        "effective_handoff_rate",
        "needless_handoff_rate",
        "needless_decline_rate",
        COST,
    }
)
NEITHER_IS_BETTER = frozenset({"clarify_rate", "handoff_requested", "handoff_policy"})
_BLOCK = 4096

Verdict = Literal["better", "worse", "higher", "lower", "unclear", "equal", "unmeasured"]
Test = Literal["mcnemar", "bootstrap"]
Side = Sequence[RunRow]


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of two runs.

    Attributes:
        p: Two-sided p-value of "there is no difference", adjusted where several were tested.
        test: ``mcnemar`` where the metric is a share and both runs are measured over the same
            rows, all of one weight; else ``bootstrap``.
        better: Rows whose score is the better one in the second run; ``worse``: in the first.
        verdict: ``unclear`` where chance may explain the difference; ``equal`` where no row
            differs; ``unmeasured`` where no row counts in one of the runs.
    """

    name: str
    first: Metric
    second: Metric
    difference: Difference
    p: float
    test: Test
    better: int
    worse: int
    verdict: Verdict

    @property
    def significant(self) -> bool:
        """Tell whether chance hardly explains the difference."""
        return self.verdict not in ("unclear", "equal", "unmeasured")


def compare_metrics(
    cases: Sequence[Case], first: Side, second: Side, weights: Floats
) -> tuple[Compared, ...]:
    """Compare all metrics of two runs over the same rows, in the order of ``COMPARED_NAMES``."""
    found = {metric.name: metric for metric in compare_means(cases, first, second, weights)}
    found[MACRO_F1] = _compared_f1(MACRO_F1, _lenient_truth, cases, (first, second), weights)
    found[MACRO_F1_STRICT] = _compared_f1(MACRO_F1_STRICT, _primary, cases, (first, second), weights)
    return tuple(found[name] for name in COMPARED_NAMES)


def compare_means(cases: Sequence[Case], first: Side, second: Side, weights: Floats) -> tuple[Compared, ...]:
    """Compare all metrics that are means over rows (not macro-F1), in the order of ``COMPARED``."""
    scores = [_score_matrix(side) for side in (first, second)]
    measured = [_metrics(cases, of, weights) for of in scores]
    differences = _mean_differences(cases, scores, weights)
    clusters = clusters_of([case.conversation_id for case in cases])
    return tuple(
        _compared(
            name,
            (measured[0][name], measured[1][name]),
            difference_of(differences[:, at]),
            _Moved(scores[0][:, at], scores[1][:, at], clusters, name not in MEANS and _even(weights)),
        )
        for at, name in enumerate(COMPARED)
    )


def readjusted(metric: Compared, p: float) -> Compared:
    """Return a comparison with another p-value, and the verdict that goes with it."""
    return replace(metric, p=p, verdict=verdict_of(metric.name, metric.difference, p))


def verdict_of(name: str, difference: Difference, p: float) -> Verdict:
    """Put a difference in a word."""
    if difference.value is None:
        return "unmeasured"
    if difference.value == 0 and difference.low == difference.high:
        return "equal"
    if not difference.value or p >= SIGNIFICANT:
        return "unclear"
    rises = difference.value > 0
    if name in NEITHER_IS_BETTER:
        return "higher" if rises else "lower"
    return "better" if rises != (name in LOWER_IS_BETTER) else "worse"


def _even(weights: Floats) -> bool:
    return float(weights.min()) == float(weights.max())


def _score_matrix(side: Side) -> Floats:
    """Return float64 [rows, COMPARED], NaN where a row does not count."""
    return np.array([[float(r.right), *(r.saved.scores.get(n, np.nan) for n in ROW_SCORES)] for r in side])


def _metrics(cases: Sequence[Case], scores: Floats, weights: Floats) -> dict[str, Metric]:
    tally = MeanTally(COMPARED, MEANS, survey_of(cases).clustered)
    for start in range(0, len(cases), _BLOCK):
        rows = slice(start, start + _BLOCK)
        tally.add(scores[rows], weights[rows] / weights.max(), draws_of(cases[rows]))
    return tally.metrics()


def _mean_differences(cases: Sequence[Case], scores: Sequence[Floats], weights: Floats) -> Floats:
    """Return float64 [1 + resamples, COMPARED]: second less first."""
    columns = [part for of in scores for part in (np.nan_to_num(of), (~np.isnan(of)).astype(np.float64))]
    sums = resampled_sums(cases, np.concatenate(columns, axis=1) * (weights / weights.max())[:, None])
    first, of_first, second, of_second = np.split(sums, 4, axis=1)
    return _ratio(second, of_second) - _ratio(first, of_first)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full_like(part, np.nan), where=whole > 0)


class _Moved:
    """Which rows score otherwise in the second run, and how surely that is no chance."""

    def __init__(self, first: Floats, second: Floats, clusters: NDArray[np.intp], testable: bool) -> None:
        rises, falls = (
            np.nan_to_num(second) > np.nan_to_num(first),
            np.nan_to_num(second) < np.nan_to_num(first),
        )
        self.rises, self.falls = int(rises.sum()), int(falls.sum())
        same_rows = np.array_equal(np.isnan(first), np.isnan(second))
        self.p = mcnemar(rises, falls, clusters) if testable and same_rows else None


def _compared(
    name: str, sides: tuple[Metric, Metric], difference: Difference, moved: _Moved | None
) -> Compared:
    test: Test = "mcnemar" if moved and moved.p is not None else "bootstrap"
    p = moved.p if moved and moved.p is not None else difference.p
    better, worse = (moved.rises, moved.falls) if moved else (0, 0)
    if name in LOWER_IS_BETTER:  # a row that is handed over only now got worse
        better, worse = worse, better
    return Compared(name, *sides, difference, p, test, better, worse, verdict_of(name, difference, p))


def _lenient_truth(row: RunRow) -> str:
    return row.saved.intent if row.case.accepts_intent(row.saved.intent) else row.case.intent


def _primary(row: RunRow) -> str:
    return row.case.intent


def _compared_f1(
    name: str,
    truth: Callable[[RunRow], str],
    cases: Sequence[Case],
    sides: tuple[Side, Side],
    weights: Floats,
) -> Compared:
    kept = [at for at, case in enumerate(cases) if case.scores_intent]
    if not kept:
        return _compared(name, (NOTHING, NOTHING), Difference(None, None, None, 1.0), None)
    of_kept = [cases[at] for at in kept]
    figures = [
        _mean_f1([(truth(side[at]), side[at].saved.intent) for at in kept], of_kept, weights[kept])
        for side in sides
    ]
    measured = [
        Metric(float(of[0]), *widened(of[1:][~np.isnan(of[1:])], float(of[0])), len(kept)) for of in figures
    ]
    return _compared(name, (measured[0], measured[1]), difference_of(figures[1] - figures[0]), None)


def _mean_f1(pairs: Sequence[tuple[str, str]], cases: Sequence[Case], weights: Floats) -> Floats:
    """Return macro-F1 over all rows and over every resample, float64 [1 + resamples]."""
    places = {intent: at for at, intent in enumerate(sorted({intent for pair in pairs for intent in pair}))}
    marks = np.zeros((3, len(pairs), len(places)))
    rows = np.arange(len(pairs))
    truth, claimed = np.array([[places[one], places[other]] for one, other in pairs]).T
    marks[0, rows, truth] = marks[1, rows, claimed] = weights / weights.max()
    marks[2, rows, truth] = marks[0, rows, truth] * (truth == claimed)
    support, claims, correct = np.split(resampled_sums(cases, np.concatenate([*marks], axis=1)), 3, axis=1)
    f1 = np.divide(2 * correct, support + claims, out=np.zeros_like(correct), where=support > 0)
    seen = (support > 0).sum(axis=1)
    return np.asarray(np.divide(f1.sum(axis=1), seen, out=np.full(len(seen), np.nan), where=seen > 0))
