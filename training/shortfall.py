"""Says why two goals cannot both be certified, and what could be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from evaluation.statistics import lower_bound, upper_bound
from training.calibrate import Calibration
from training.risk_control import LEVELS, accuracy_p_values, handoff_p_values

_MOST_LABELS = 200_000


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What stands in the way.

    Attributes:
        reasons: A sentence each.
        accuracy: With ``handoff`` the nearest pair that these rows would have certified at one
            cut; it is a forecast, and asking for it is a new run.
    """

    reasons: tuple[str, ...]
    accuracy: float
    handoff: float


def shortfall_of(calibration: Calibration) -> Shortfall:
    """Explain a calibration in which no level was chosen."""
    level, goals, counts = calibration.demand.level, calibration.demand.goals, calibration.counts
    accurate = accuracy_p_values(counts, goals.accuracy) <= level
    light = handoff_p_values(counts, goals.handoff) <= level
    reasons = []
    if not accurate.any():
        reasons.append(_accuracy_reason(calibration))
    if not light.any():
        reasons.append(_handoff_reason(calibration))
    if (accurate & light).any():
        reasons.append(_unlucky_order(calibration, int(np.flatnonzero(accurate & light)[0])))
    elif accurate.any() and light.any():
        reasons.append(_conflict(calibration, int(np.flatnonzero(accurate)[0])))
    return Shortfall(tuple(reasons), *_nearest_pair(calibration))


def _accuracy_reason(calibration: Calibration) -> str:
    counts, goals = calibration.counts, calibration.demand.goals
    low = lower_bound(counts.right, counts.answered, 1 - calibration.demand.level)
    best = int(low.argmax())
    answered, right = int(counts.answered[best]), int(counts.right[best])
    share = right / max(answered, 1)
    said = (
        f"Accuracy: at the best cut {LEVELS[best]:.2f}, {right} of {answered} tested answers are right "
        f"({share:.1%}), which certifies {low[best]:.1%} and not {goals.accuracy:.1%}."
    )
    tested = int(calibration.outcomes.testing.sum())
    needed = _labels_needed(share, goals.accuracy, calibration.demand.level, accuracy=True)
    if needed is None:
        return f"{said} More labels would not help; answers have to become better first."
    rows = math.ceil(needed / max(answered, 1) * tested / calibration.outcomes.testing.mean())
    return f"{said} About {rows} labelled rows in all would certify it, if they turn out alike."


def _handoff_reason(calibration: Calibration) -> str:
    counts, goals = calibration.counts, calibration.demand.goals
    rows, floor = int(counts.rows), int(counts.handed.min())
    share = floor / max(rows, 1)
    tested = np.flatnonzero(calibration.outcomes.testing & calibration.outcomes.in_handoff)
    must = sum(calibration.outcomes.cases[row].must("handoff") for row in tested) / max(rows, 1)
    said = (
        f"Handoff: even at the lowest cut {floor} of {rows} tested rows ({share:.1%}) end with a person, "
        f"whatever is answered; {must:.1%} of the traffic has to be handed over by its labels."
    )
    needed = _labels_needed(share, goals.handoff, calibration.demand.level, accuracy=False)
    if needed is None:
        excess = share - goals.handoff
        return f"{said} {max(excess, 0):.1%} of the traffic stands in the way of {goals.handoff:.1%}."
    total = math.ceil(needed / calibration.outcomes.testing.mean())
    return f"{said} About {total} labelled rows in all would certify {goals.handoff:.1%}."


def _conflict(calibration: Calibration, lowest: int) -> str:
    counts, goals = calibration.counts, calibration.demand.goals
    share = counts.handed[lowest] / max(int(counts.rows), 1)
    return (
        f"Together: the lowest cut that certifies {goals.accuracy:.1%} accuracy is {LEVELS[lowest]:.2f}, and "
        f"there {share:.1%} of the tested rows end with a person. {max(share - goals.handoff, 0):.1%} of the "
        f"traffic, which would have to be answered below that cut, stands between both goals."
    )


def _unlucky_order(calibration: Calibration, level: int) -> str:
    return (
        f"Order: the tests began at the cut {LEVELS[calibration.start]:.2f}, chosen on other rows, and "
        f"failed there; {LEVELS[level]:.2f} would have passed, but may not be picked after the fact. The "
        "goals are at the edge of what these rows can show: more labels, or goals a little lower."
    )


def _labels_needed(share: float, goal: float, level: float, accuracy: bool) -> int | None:
    """Return how many rows of that share certify the goal; None where no number does."""
    if (share <= goal) if accuracy else (share >= goal):
        return None
    sizes = np.unique(np.geomspace(10, _MOST_LABELS, 2000).astype(np.int64))
    if accuracy:
        enough = lower_bound(np.floor(sizes * share), sizes, 1 - level) >= goal
    else:
        enough = upper_bound(np.ceil(sizes * share), sizes, 1 - level) <= goal
    return int(sizes[np.flatnonzero(enough)[0]]) if enough.any() else None


def _nearest_pair(calibration: Calibration) -> tuple[float, float]:
    """Return the pair of bounds of one level that misses the goals by least in sum."""
    counts, goals, level = calibration.counts, calibration.demand.goals, calibration.demand.level
    accuracy = np.floor(lower_bound(counts.right, counts.answered, 1 - level) * 1000) / 1000
    handoff = np.ceil(upper_bound(counts.handed, counts.rows[..., None], 1 - level) * 1000) / 1000
    missed = np.maximum(goals.accuracy - accuracy, 0) + np.maximum(handoff - goals.handoff, 0)
    best = int(missed.argmin())
    return float(accuracy[best]), float(handoff[best])
