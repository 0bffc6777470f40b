"""Says whether a run may be released: each line of a gate, passed or failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from evaluation.compare import Comparison
from evaluation.gate_files import Gate, Limits, Regression, SliceLimits
from evaluation.multiple_testing import holm
from evaluation.paired_metrics import RIGHT, Compared, readjusted
from evaluation.slices import LEAST_ROWS
from evaluation.types import Metric, Report
from knowledge_base.errors import InvalidInputError

Part = tuple[str, str]


@dataclass(frozen=True, slots=True)
class GateLine:
    """One thing a gate looked at."""

    passed: bool
    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What a gate looks at: figures of all rows, and of parts with their rows; none where those are few."""

    metrics: Mapping[str, Metric]
    slices: Mapping[Part, tuple[int, Mapping[str, Metric]]]


def figures_of_report(report: Report) -> Figures:
    """Return the figures of a run that was just measured."""
    return Figures(report.metrics, {(one.field, one.value): (one.n, one.metrics) for one in report.slices})


def figures_of_comparison(comparison: Comparison) -> Figures:
    """Return the figures of the second run of a comparison; of slices too small to be compared, none."""
    overall = {metric.name: metric.second for metric in comparison.metrics}
    parts: dict[Part, tuple[int, Mapping[str, Metric]]]
    parts = {p: (n, overall if n == comparison.n else {}) for p, n in comparison.slice_rows.items()}
    parts |= {(p.field, p.value): (p.n, {m.name: m.second for m in p.metrics}) for p in comparison.slices}
    return Figures(overall, parts)


def check_gate(gate: Gate, figures: Figures, comparison: Comparison | None) -> tuple[GateLine, ...]:
    """Look at every line of a gate.

    Args:
        gate: What must hold.
        figures: Those of the run that is to pass.
        comparison: That run against the one of ``gate.regression``; None where it has none.

    Raises:
        InvalidInputError: A slice has no rows, or the comparison that a regression needs is missing.
    """
    lines = [
        line for name, limits in gate.metrics.items() for line in _held(name, figures.metrics[name], limits)
    ]
    lines += [line for limits in gate.slices for line in _slice_lines(limits, figures.slices)]
    if gate.regression:
        if comparison is None:
            raise InvalidInputError("the gate's regression names no run to compare with; set 'against'.")
        lines += _regression_lines(gate.regression, comparison)
    return tuple(lines)


def _held(name: str, metric: Metric, limits: Limits) -> Iterator[GateLine]:
    for bound, limit in limits.given().items():
        seen = {"low_at_least": metric.low, "high_at_most": metric.high}.get(bound, metric.value)
        wanted = f"{bound.replace('_', ' ')} {limit:g}"
        if seen is None:
            yield GateLine(False, f"{name} is not measured: no row counts, and it must be {wanted}")
            continue
        passed = seen >= limit if bound.endswith("at_least") else seen <= limit
        what = {"low_at_least": "lower bound ", "high_at_most": "upper bound "}.get(bound, "")
        wanted = f"{'at least' if bound.endswith('at_least') else 'at most'} {limit:g}"
        yield GateLine(passed, f"{name}: {what}{seen:.4f} of {metric.n} rows, must be {wanted}")


def _slice_lines(
    limits: SliceLimits, slices: Mapping[Part, tuple[int, Mapping[str, Metric]]]
) -> Iterator[GateLine]:
    field = limits.part[0]
    if limits.part not in slices:
        known = ", ".join(sorted(f"{name}={of}" for name, of in slices if name == field)) or "none at all"
        raise InvalidInputError(
            f"the gate's slice {limits.where!r} has no rows; of {field!r} there are {known}."
        )
    rows, metrics = slices[limits.part]
    least = limits.least_rows if metrics else max(limits.least_rows, LEAST_ROWS)
    if rows < least:
        yield GateLine(True, f"{limits.where}: only {rows} rows, too few for a verdict: at least {least}")
        return
    for line in _held(limits.metric, metrics[limits.metric], limits):
        yield GateLine(line.passed, f"{limits.where}: {line.text}")


def _regression_lines(wanted: Regression, comparison: Comparison) -> Iterator[GateLine]:
    """Yield a line a metric; their p-values are adjusted for there being several (Holm)."""
    found = [comparison.metric(name) for name in wanted.metrics]
    adjusted = holm({metric.name: metric.p for metric in found})
    for metric in found:
        yield _regression_line("", readjusted(metric, adjusted[metric.name]), wanted, comparison)
    for part in comparison.slices if wanted.slices else ():
        metric = next(metric for metric in part.metrics if metric.name == RIGHT)
        yield _regression_line(f"{part.field}={part.value}: ", metric, wanted, comparison)


def _regression_line(place: str, metric: Compared, wanted: Regression, comparison: Comparison) -> GateLine:
    difference = metric.difference.value or 0.0
    passed = metric.verdict != "worse" or abs(difference) <= wanted.margin
    said = "significantly worse than" if metric.verdict == "worse" else "not significantly worse than"
    text = f"{place}{metric.name} is {said} in {comparison.first!r}: {difference:+.4f} (p = {metric.p:.4f})"
    if metric.verdict == "worse" and passed:
        text += f", within the margin of {wanted.margin:g}"
    return GateLine(passed, text)
