"""Gathers a report from results that stream by, in memory that does not grow with their number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant.types import Action
from evaluation.costs import Prices
from evaluation.curves import Fate, curve_of, fate_of
from evaluation.faults import faults_of
from evaluation.intent_scores import IntentTally, primary_of
from evaluation.mix import Mix, weights_by_action
from evaluation.reliability import Told, reliability_of, told_of
from evaluation.reports.analyses import KeptRows
from evaluation.resampling import Draws, draws_of, unit_of
from evaluation.row_scores import MACRO_F1, MACRO_F1_STRICT, MEANS, METRIC_NAMES, ROW_SCORES, scores_of
from evaluation.sampling import UniformSample
from evaluation.slices import SliceTally
from evaluation.survey import Survey
from evaluation.tally import Floats, MeanTally
from evaluation.types import CaseResult, HandoffSplit, Latency, Metric, Report, RunFacts, Versions

BLOCK = 512
"""Rows that are added up at once."""

SAMPLED = 20_000
"""Rows at most that curve, reliability and times are taken over."""

MOST_ERRORS = 5_000
MOST_RIGHT = 500
"""Rows kept for looking at."""

_KEPT_RANKING = 3
_KEPT_CANDIDATES = 5


class MetricTally:
    """Adds up every metric by one weighting of the rows.

    Args:
        clustered: Whether some rows share a conversation.

    Attributes:
        intents: The same rows by intent; ``intents_strict`` scored strictly.
    """

    def __init__(self, clustered: bool = False) -> None:
        self._means = MeanTally(ROW_SCORES, MEANS, clustered)
        self.intents = IntentTally(clustered=clustered)
        self.intents_strict = IntentTally(primary_of, clustered)

    def add(self, results: Sequence[CaseResult], scores: Floats, weights: Floats, draws: Draws) -> None:
        """Add rows; ``scores`` has the columns of ``ROW_SCORES``."""
        self._means.add(scores, weights, draws)
        for tally in (self.intents, self.intents_strict):
            tally.add(results, weights, draws)

    def metrics(self) -> dict[str, Metric]:
        """Return every metric by name, in the order of ``METRIC_NAMES``."""
        found = self._means.metrics() | {MACRO_F1: self.intents.macro_f1()}
        found[MACRO_F1_STRICT] = self.intents_strict.macro_f1()
        return {name: found[name] for name in METRIC_NAMES}


def measure(
    results: Sequence[CaseResult],
    weights: Floats,
    prices: Prices | None = None,
    clustered: bool = False,
) -> dict[str, Metric]:
    """Return every metric of rows at hand, by name.

    Args:
        results: The rows.
        weights: float64 [rows], none negative; rows of weight 0 do not count.
        prices: Prices of mistakes; the defaults where None.
        clustered: Whether some rows share a conversation.
    """
    tally = MetricTally(clustered)
    scores = _matrix([scores_of(result, prices or Prices()) for result in results])
    tally.add(results, scores, weights / max(1e-300, weights.max(initial=0.0)), _draws(results))
    return tally.metrics()


def _matrix(scores: Sequence[dict[str, float]]) -> Floats:
    """Return float64 [rows, ROW_SCORES], NaN where a row does not count."""
    rows = [[of_row.get(name, np.nan) for name in ROW_SCORES] for of_row in scores]
    return np.array(rows, dtype=np.float64).reshape(len(scores), len(ROW_SCORES))


def _draws(results: Sequence[CaseResult]) -> Draws:
    return draws_of([result.case for result in results])


@dataclass(frozen=True, slots=True)
class _Sampled:
    """What curve, reliability and times need of a row."""

    fate: Fate
    told: Told | None
    elapsed_ms: float


class Gatherer:
    """Takes every result once, in the order of the rows, and gives the report.

    Args:
        survey: The rows in sum.
        mix: Shares of the primary actions to weight rows to.
        facts: What is measured.

    Raises:
        InvalidInputError: The mix does not fit the rows.
    """

    def __init__(self, survey: Survey, mix: Mix | None, facts: RunFacts) -> None:
        self._survey, self._mix = survey, dict(mix or {})
        self._facts = facts if facts.prices else replace(facts, prices=Prices())
        self._factors = weights_by_action(survey, mix)
        self._peak = max((survey.peaks[a] * factor for a, factor in self._factors.items()), default=0.0)
        self._weighted = MetricTally(survey.clustered)
        self._plain = None if survey.even and not self._mix else MetricTally(survey.clustered)
        self._slices = SliceTally(survey.clustered)
        self._errors: UniformSample[CaseResult] = UniformSample(MOST_ERRORS)
        self._right: UniformSample[CaseResult] = UniformSample(MOST_RIGHT)
        self._sample: UniformSample[_Sampled] = UniformSample(SAMPLED)
        self._versions: dict[Versions, None] = {}
        self._block: list[CaseResult] = []

    @property
    def prices(self) -> Prices:
        """Return the prices of mistakes that are counted with."""
        return self._facts.prices or Prices()

    def weight(self, action: Action, own: float) -> float:
        """Return what a row counts, by its primary action and its own weight."""
        return own * self._factors[action]

    def add(self, result: CaseResult) -> None:
        """Take the next result."""
        self._versions.setdefault(result.versions)
        self._keep(result)
        self._block.append(result)
        if len(self._block) == BLOCK:
            self._add_block()

    def _keep(self, result: CaseResult) -> None:
        case, cuts = result.case, self._facts.thresholds
        kept = replace(
            result, ranking=result.ranking[:_KEPT_RANKING], candidates=result.candidates[:_KEPT_CANDIDATES]
        )
        (self._errors if faults_of(result) else self._right).add(case.id, kept)
        weight = self.weight(case.action, case.weight)
        unit = unit_of(case) if self._survey.clustered else None
        fate = fate_of(result, weight, self.prices, cuts.cuts_for(case.segment) if cuts else None, unit)
        self._sample.add(case.id, _Sampled(fate, told_of(result, unit), result.elapsed_ms))

    def _add_block(self) -> None:
        results, self._block = self._block, []
        cases = [result.case for result in results]
        scores, draws = _matrix([scores_of(r, self.prices) for r in results]), draws_of(cases)
        weights = np.array([self.weight(case.action, case.weight) for case in cases])
        weights /= self._peak or 1.0  # squares of tiny or huge weights would leave the range of a float
        self._weighted.add(results, scores, weights, draws)
        self._slices.add(cases, scores, weights, draws)
        if self._plain:
            self._plain.add(results, scores, np.ones(len(results)), draws)

    def report(self) -> Report:
        """Return the report over all results taken, at least one."""
        if self._block:
            self._add_block()
        metrics, sampled, cuts = self._weighted.metrics(), self._sample.rows, self._facts.thresholds
        return Report(
            facts=self._facts,
            n=self._sample.seen,
            mix=self._mix,
            metrics=metrics,
            unweighted=self._plain.metrics() if self._plain else None,
            intents=self._weighted.intents.scores(),
            intents_strict=self._weighted.intents_strict.scores(),
            confusions=self._weighted.intents.confusions(),
            handoff_split=HandoffSplit(*_handoff_shares(metrics)),
            latency=_latency(sampled),
            slices=self._slices.slices(),
            curve=curve_of([s.fate for s in sampled], cuts.default.answer if cuts else None),
            reliability=reliability_of([s.told for s in sampled if s.told]),
            units=self._survey.units,
            sampled=len(sampled),
            versions=tuple(self._versions),
            kept=KeptRows(self._errors.rows, self._right.rows, self._errors.seen, self._right.seen),
        )


def _handoff_shares(metrics: dict[str, Metric]) -> Iterator[float]:
    for part in ("requested", "policy", "uncertain"):
        yield metrics[f"handoff_{part}"].value or 0.0


def _latency(sampled: Sequence[_Sampled]) -> Latency:
    """Return the median and the 99th percentile of the times, linearly interpolated."""
    p50, p99 = np.percentile([one.elapsed_ms for one in sampled], [50, 99])
    return Latency(float(p50), float(p99))
