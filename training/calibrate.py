"""Chooses answer cuts for which a promise about accuracy and handoff is certified.

The rows are split by a hash of their conversation: three tenths choose the order of the
tests and how much stricter parts of the traffic are, the others are tested on. Neither part
fitted the model; see docs/decisions/0014-certified-thresholds.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from assistant.types import Thresholds
from evaluation.statistics import lower_bound
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError
from training.outcomes import CLOSED, Outcomes, ReplyWith, ask_several, counts_of
from training.risk_control import (
    LEVELS,
    Counts,
    Goals,
    accuracy_p_values,
    certified_levels,
    expected_margins,
    joint_p_values,
    starting_level,
)

CHOOSING_SHARE = 0.3
CERTIFYING_SHARE = 1 / 3
"""Share of the shipped calibration rows that never fits a model."""

STRICTER = 10
"""Levels, hundredths of confidence, that a part of the traffic with too few rows stays above the others."""

_RESERVE = 0.5  # standard errors beyond the test's own, so that passing is likelier than not
_WHOLE = 0.9  # a part with this share of the rows is the whole, and is not shifted against itself
_FALLBACK_STEPS = 5


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be certified.

    Attributes:
        confidence: Chance that the promise holds, over all samples of rows.
        level: Chance of error that this run may spend; at most ``1 - confidence``.
        segment_min: Rows from which on a part of the traffic is certified by itself.
    """

    goals: Goals
    confidence: float
    level: float
    segment_min: int


@dataclass(frozen=True, slots=True)
class SegmentClaim:
    """What is said of one part of the traffic.

    Attributes:
        rows: Rows of the part, of all rows.
        tested: Whether they were enough.
        offset: Levels above the default cut.
        certified: The accuracy goal is certified for this part by itself.
        low: Exact lower bound of its accuracy at the chosen cut.
    """

    name: str
    rows: int
    tested: bool
    offset: int
    certified: bool
    answered: int
    right: int
    low: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The outcome of a calibration.

    Attributes:
        outcomes: Of all rows, a column for each level, segments at their offsets.
        counts: Of the tested rows.
        chosen: The level chosen, or None where the goals cannot both be certified.
    """

    demand: Demand
    base: Thresholds
    outcomes: Outcomes
    offsets: Mapping[str, int]
    counts: Counts
    start: int
    chosen: int | None
    segments: tuple[SegmentClaim, ...]


def hashed_share(case: Case, salt: str) -> float:
    """Return a number of 0..1 that depends on the row's conversation alone."""
    key = f"{salt} {case.conversation_id or case.id}"
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:6], "big") / 2**48


def rows_to_test(cases: Sequence[Case]) -> NDArray[np.bool_]:
    """Return bool [rows]: the rows that are tested on; the others choose the order.

    Raises:
        InvalidInputError: The rows are too few, or are weighted.
    """
    if any(case.weight != 1 for case in cases):
        raise InvalidInputError(
            "Weighted rows cannot be certified: the bounds hold for rows drawn like the traffic itself. "
            "Take the weights out, or draw rows at random."
        )
    testing = np.array([hashed_share(case, "order") >= CHOOSING_SHARE for case in cases], dtype=bool)
    if not testing.any() or testing.all():
        raise InvalidInputError(
            f"{len(cases)} rows in so few conversations cannot be split into rows that choose and rows "
            "that are tested. Bring more labelled rows: a few hundred are needed."
        )
    return testing


def split_off_certifying(cases: Sequence[Case]) -> tuple[tuple[Case, ...], tuple[Case, ...]]:
    """Split the shipped calibration rows into those that fit a model and those that certify it."""
    certifies = [hashed_share(case, "certify") < CERTIFYING_SHARE for case in cases]
    fitting = tuple(case for case, held in zip(cases, certifies, strict=True) if not held)
    return fitting, tuple(case for case, held in zip(cases, certifies, strict=True) if held)


def calibrate(
    outcomes: Outcomes, base: Thresholds, demand: Demand, reply_with: ReplyWith | None = None
) -> Calibration:
    """Choose the lowest certified cut, which hands over least.

    Args:
        outcomes: Of all rows (see ``observe_outcomes``).
        base: The thresholds whose other cuts are kept.
        demand: What is to be certified.
        reply_with: Gives an assistant for thresholds; needed where messages hold several questions.
    """
    growth = outcomes.testing.sum() / (~outcomes.testing).sum()
    offsets = _offsets(outcomes, demand, growth)
    moved = outcomes.along(offsets)
    if reply_with and moved.several.any() and any(offsets.values()):
        path = [path_thresholds(base, offsets, level, base.version) for level in range(len(LEVELS))]
        moved = ask_several(moved, path, reply_with)
    start = starting_level(counts_of(moved, ~moved.testing), demand.goals, growth)
    counts = counts_of(moved, moved.testing)
    valid = certified_levels(joint_p_values(counts, demand.goals), start, demand.level)
    parts = _tested_parts(moved, demand)
    passed = {name: _passed(moved, name, start, demand) for name in parts}
    for levels in passed.values():
        if levels[start]:  # what a part has been promised is not given up for fewer handoffs
            valid &= levels
    chosen = int(valid.argmax()) if valid.any() else None
    at = int(start) if chosen is None else chosen
    claims = tuple(_claim(moved, name, offsets, passed.get(name), at, demand) for name in moved.segments)
    return Calibration(demand, base, moved, offsets, counts, int(start), chosen, claims)


def comfortable_margin(demand: Demand) -> float:
    """Return the expected margin, in standard errors, from which on a test is likely to pass."""
    return NormalDist().inv_cdf(1 - demand.level) + _RESERVE


def expected_margin(outcomes: Outcomes, demand: Demand) -> float:
    """Return by how many standard errors the goals look within reach on the rows that choose."""
    growth = outcomes.testing.sum() / (~outcomes.testing).sum()
    counts = counts_of(outcomes.along({}), ~outcomes.testing)
    return float(expected_margins(counts, demand.goals, growth).max())


def _tested_parts(outcomes: Outcomes, demand: Demand) -> list[str]:
    return [n for n in outcomes.segments if outcomes.segments[n].sum() >= demand.segment_min]


def _offsets(outcomes: Outcomes, demand: Demand, growth: float) -> dict[str, int]:
    """Choose, on the rows that choose, how far each part stays above the default cut."""
    tested = _tested_parts(outcomes, demand)
    whole = {n for n in outcomes.segments if outcomes.segments[n].mean() >= _WHOLE}
    offsets = {n: 0 if n in tested or n in whole else STRICTER for n in outcomes.segments}
    moved = outcomes.along(offsets)
    start = int(starting_level(counts_of(moved, ~moved.testing), demand.goals, growth))
    for name in set(tested) - whole:
        counts = counts_of(outcomes.along({}), outcomes.segments[name] & ~outcomes.testing)
        margins = expected_margins(counts, Goals(demand.goals.accuracy, 1.0), growth)[start:]
        likely = np.flatnonzero(margins >= comfortable_margin(demand))
        offsets[name] = int(likely[0]) if len(likely) else int(margins.argmax())
    return {**offsets, "channel:*": STRICTER}


def _passed(outcomes: Outcomes, name: str, start: NDArray[np.int64], demand: Demand) -> NDArray[np.bool_]:
    counts = counts_of(outcomes, outcomes.segments[name] & outcomes.testing)
    return certified_levels(accuracy_p_values(counts, demand.goals.accuracy), start, demand.level)


def _claim(
    outcomes: Outcomes,
    name: str,
    offsets: Mapping[str, int],
    passed: NDArray[np.bool_] | None,
    at: int,
    demand: Demand,
) -> SegmentClaim:
    rows = outcomes.segments[name]
    counts = counts_of(outcomes, rows & outcomes.testing)
    answered, right = int(counts.answered[at]), int(counts.right[at])
    return SegmentClaim(
        name,
        int(rows.sum()),
        passed is not None,
        offsets[name],
        passed is not None and bool(passed[at]),
        answered,
        right,
        float(lower_bound(right, answered, 1 - demand.level)),
    )


def thresholds_at(calibration: Calibration, level: int, version: str) -> Thresholds:
    """Return the thresholds of a level of a calibration."""
    return path_thresholds(calibration.base, calibration.offsets, level, version)


def path_thresholds(base: Thresholds, offsets: Mapping[str, int], level: int, version: str) -> Thresholds:
    """Return the default cut of a level, and the stricter ones of parts of the traffic."""

    def cut(offset: int) -> float:
        return float(LEVELS[level + offset]) if level + offset < len(LEVELS) else CLOSED

    # Every channel seen is named, so that "channel:*" is for those never seen.
    kept = {name: cut(o) for name, o in offsets.items() if o or name.startswith("channel:")}
    return Thresholds(version, replace(base.default, answer=cut(0)), answer_cuts=kept)


def fallback_level(calibration: Calibration, chosen: int) -> int:
    """Return the level for when the promise no longer holds: half the errors, or the strictest."""
    counts, goal = calibration.counts, calibration.demand.goals.accuracy
    accuracy = counts.right / np.maximum(counts.answered, 1)
    stricter = np.flatnonzero(accuracy >= (1 + goal) / 2)
    lowest = min(chosen + _FALLBACK_STEPS, len(LEVELS) - 1)
    found = stricter[stricter >= lowest]
    return int(found[0]) if len(found) else len(LEVELS) - 1
