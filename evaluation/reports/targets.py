"""The insurer's targets (``targets.yaml``) for an offline run, and what an interval says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from evaluation.online.targets import Targets, read_targets
from evaluation.types import Metric

Verdict = Literal["met", "missed", "undecided", "nothing"]


@dataclass(frozen=True, slots=True)
class Target:
    """A bound that the insurer sets: the value must reach it, or not exceed it."""

    bound: float
    at_least: bool

    def __str__(self) -> str:
        """Return the target as people write it, e.g. ``>= 85 %``."""
        return f"{'>=' if self.at_least else '<='} {_percent(self.bound)} %"

    @property
    def bound_text(self) -> str:
        """Return the target in signs, e.g. ``≥ 85%``."""
        return f"{'≥' if self.at_least else '≤'} {_percent(self.bound)}%"

    def met_by(self, value: float) -> bool:
        """Tell whether a value reaches the target."""
        return value >= self.bound if self.at_least else value <= self.bound

    def verdict(self, metric: Metric) -> Verdict:
        """Return what the whole interval says.

        ``met`` or ``missed`` where all of it agrees, ``undecided`` where the target lies within
        (too few rows to tell), ``nothing`` where no row counts.
        """
        if metric.value is None or metric.low is None or metric.high is None:
            return "nothing"
        low, high = self.met_by(metric.low), self.met_by(metric.high)
        return "undecided" if low != high else "met" if low else "missed"


@dataclass(frozen=True, slots=True)
class RunTargets:
    """What an offline run is held to.

    Attributes:
        metrics: Targets by the name of a metric.
        reply_ms: Within which a reply is promised, milliseconds; None where nothing is promised.
    """

    metrics: Mapping[str, Target]
    reply_ms: float | None = None


def run_targets(targets: Targets) -> RunTargets:
    """Return what an installation's targets mean for an offline run."""
    found = {name: _first(targets, measures) for name, measures in _MEASURES.items()}
    reply = targets.of("reply_time")
    at_most = reply.at_most if reply else None
    metrics = {name: target for name, target in found.items() if target}
    return RunTargets(metrics, None if at_most is None else 1000 * at_most)


@cache
def shipped_targets() -> RunTargets:
    """Return the shipped targets."""
    return run_targets(read_targets())


_MEASURES = {
    "auto_answer_accuracy": ("answer_accuracy",),
    "handoff_rate": ("handoff",),
    "effective_handoff_rate": ("handoff_effective", "handoff"),
}
"""Under which names targets.yaml sets a metric's target; the first that it names counts."""


def _first(targets: Targets, measures: Sequence[str]) -> Target | None:
    named = next((name for name in measures if name in targets.targets), "")
    found = targets.of(named)
    if found is None:
        return None
    if found.at_most is not None:
        return Target(found.at_most, at_least=False)
    return Target(1.0 if found.at_least is None else found.at_least, at_least=True)


def _percent(share: float) -> str:
    return f"{100 * share:.4g}"
