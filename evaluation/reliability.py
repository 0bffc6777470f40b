"""Is a confidence of .8 right in eight of ten rows? Calibration error and reliability diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.statistics import (
    bootstrap_interval,
    equal_mass_bins,
    expected_calibration_error,
    wilson_interval,
)
from evaluation.types import CaseResult, Metric, Reliability, ReliabilityBin

BINS = 15


@dataclass(frozen=True, slots=True)
class Told:
    """A row whose truth is known.

    Attributes:
        confidence: Its confidence that the top entry is right.
        right: Whether it is.
        answered: Whether the row was answered.
        unit: What it is drawn with in a bootstrap; None where every row stands alone.
    """

    confidence: float
    right: bool
    answered: bool
    unit: str | None = None


def told_of(result: CaseResult, unit: str | None = None) -> Told | None:
    """Return what a row tells of the confidence.

    Its truth is known where it names its entries (none: every entry is wrong), or answering is
    not allowed. None without a candidate or a truth.
    """
    if not result.candidates or not _truth_is_known(result):
        return None
    top = result.candidates[0]
    return Told(top.confidence, _top_is_right(result), result.action == "answer", unit)


def measure_reliability(results: Sequence[CaseResult]) -> Reliability | None:
    """Compare the confidence that the top entry is right with how often it is."""
    return reliability_of([told for result in results if (told := told_of(result))])


def reliability_of(told: Sequence[Told]) -> Reliability | None:
    """Return the calibration errors and the diagram of rows, each counted once; None without rows."""
    if not told:
        return None
    confidence = np.array([one.confidence for one in told])
    right = np.array([one.right for one in told], dtype=np.bool_)
    of_answered = _error([one for one in told if one.answered])
    return Reliability(_error(told), of_answered, diagram(confidence, right))


def diagram(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[ReliabilityBin, ...]:
    """Return the reliability diagram over ``BINS`` bins of equal mass, least confident first.

    Source: A. Niculescu-Mizil and R. Caruana, "Predicting good probabilities with supervised
    learning", ICML 2005.

    Args:
        confidence: float64 [n], 0..1.
        right: bool [n].
    """
    found = []
    for rows in equal_mass_bins(confidence, BINS):
        share = float(right[rows].mean())
        low, high = wilson_interval(share, len(rows))
        found.append(ReliabilityBin(len(rows), float(confidence[rows].mean()), share, low, high))
    return tuple(found)


def _error(told: Sequence[Told]) -> Metric:
    """Return the expected calibration error with its bootstrap interval.

    Drawing rows adds noise to every bin, and noise never lowers the error, so the interval
    lies rather too high than too low; it is widened to hold the value itself.
    """
    if not told:
        return Metric(None, None, None, 0)
    confidence = np.array([one.confidence for one in told])
    right = np.array([one.right for one in told], dtype=np.bool_)
    units = [one.unit for one in told if one.unit is not None]
    value = expected_calibration_error(confidence, right, BINS)
    low, high = bootstrap_interval(
        lambda rows: expected_calibration_error(confidence[rows], right[rows], BINS),
        len(told),
        units=units if len(units) == len(told) else None,
    )
    return Metric(value, min(low, value), max(high, value), len(told))


def _truth_is_known(result: CaseResult) -> bool:
    return result.case.entry_ids is not None or "answer" not in result.case.allowed_actions


def _top_is_right(result: CaseResult) -> bool:
    return result.candidates[0].candidate.entry_id in (result.case.entry_ids or ())
