"""The insurer's targets for an offline run, and what an interval says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evaluation.types import Metric

Verdict = Literal["met", "missed", "undecided", "nothing"]


@dataclass(frozen=True, slots=True)
class Target:
    """A bound the insurer's handbook sets: the value must reach it, or not exceed it."""

    bound: float
    at_least: bool

    def __str__(self) -> str:
        """Return the target as people write it, e.g. ``>= 85 %``."""
        return f"{'>=' if self.at_least else '<='} {self.bound:.0%}".replace("%", " %")

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


TARGETS = {
    "auto_answer_accuracy": Target(0.85, at_least=True),
    "handoff_rate": Target(0.15, at_least=False),
    "effective_handoff_rate": Target(0.15, at_least=False),
}
REPLY_TARGET_MS = 30_000
"""Within which a reply is promised, milliseconds."""
