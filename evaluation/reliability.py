"""Is a confidence of .8 right in eight of ten rows? Calibration error and reliability diagram."""

from __future__ import annotations

from collections.abc import Sequence

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


def measure_reliability(results: Sequence[CaseResult]) -> Reliability | None:
    """Compare the confidence that the top entry is right with how often it is.

    Rows count whose truth is known: they name their entries (none: every entry is wrong), or
    answering is not allowed. Each counts once, whatever its weight. None without such rows.
    """
    told = [r for r in results if r.candidates and _truth_is_known(r)]
    if not told:
        return None
    confidence = np.array([r.candidates[0].confidence for r in told])
    right = np.array([_top_is_right(r) for r in told], dtype=np.bool_)
    answered = np.array([r.action == "answer" for r in told], dtype=np.bool_)
    of_answered = _error(confidence[answered], right[answered])
    return Reliability(_error(confidence, right), of_answered, diagram(confidence, right))


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


def _error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Metric:
    """Return the expected calibration error with its bootstrap interval.

    Drawing rows adds noise to every bin, and noise never lowers the error, so the interval
    lies rather too high than too low; it is widened to hold the value itself.
    """
    if not len(right):
        return Metric(None, None, None, 0)
    value = expected_calibration_error(confidence, right, BINS)
    low, high = bootstrap_interval(
        lambda rows: expected_calibration_error(confidence[rows], right[rows], BINS), len(right)
    )
    return Metric(value, min(low, value), max(high, value), len(right))


def _truth_is_known(result: CaseResult) -> bool:
    return result.case.entry_ids is not None or "answer" not in result.case.allowed_actions


def _top_is_right(result: CaseResult) -> bool:
    return result.candidates[0].candidate.entry_id in (result.case.entry_ids or ())
