"""The calibration error of the confidence, by hand and against a known truth."""

from dataclasses import replace

import numpy as np
import pytest

from evaluation.reliability import BINS, diagram, measure_reliability
from evaluation.statistics import expected_calibration_error
from evaluation.types import CaseResult
from tests.evaluation.builders import candidates, case, result


def told(entry_ids, top="a", action="answer", **fields):
    of = case(action=action, entry_ids=entry_ids, **fields)
    return result(of, candidates=candidates(top, "z"))


def test_rows_count_whose_truth_is_known():
    rows = [
        told(("a",)),
        told(("b",)),
        told(()),  # answering is wrong
        told(None, action="handoff"),  # answering is not allowed
        told(None),  # nobody knows
        result(case(entry_ids=("a",))),  # nothing was found
    ]
    found = measure_reliability(rows)
    assert found.error.n == 4
    assert sum(one.n for one in found.bins) == 4
    assert found.error.value == pytest.approx(0.8 - 1 / 4)  # one bin: all have the builder's .8
    assert found.answered.n == 4  # the builder answers all of them
    assert found.error.low <= found.error.value <= found.error.high


def test_no_row_no_figure():
    assert measure_reliability([told(None)]) is None
    assert measure_reliability([]) is None


def test_bins_hold_equal_mass_and_rise():
    rng = np.random.default_rng(1)
    confidence = rng.random(1500)
    bins = diagram(confidence, rng.random(1500) < confidence)
    assert [one.n for one in bins] == [100] * BINS
    stated = [one.confidence for one in bins]
    assert stated == sorted(stated)
    assert all(one.low <= one.right <= one.high for one in bins)
    assert sum(one.low <= one.confidence <= one.high for one in bins) >= BINS - 3


def many(rng, bias):
    """1,500 rows whose confidence is off by ``bias``."""
    rows: list[CaseResult] = []
    for confidence in rng.uniform(0.1, 0.9, 1500):
        one = told(("a",) if rng.random() < confidence - bias else ("b",))
        top = replace(one.candidates[0], confidence=float(confidence))
        rows.append(replace(one, candidates=(top,)))
    return rows


def test_the_error_is_near_the_truth():
    rng = np.random.default_rng(2)
    good, bad = measure_reliability(many(rng, 0.0)), measure_reliability(many(rng, 0.1))
    assert good.error.value < 0.05
    assert bad.error.low < 0.1 < bad.error.high + 0.02
    assert bad.error.low > good.error.value


def test_equal_confidences_share_a_bin_however_their_rows_stand():
    confidence = np.array([0.5] * 60 + [0.9] * 10)
    right = np.array([True] * 30 + [False] * 30 + [True] * 9 + [False])
    assert expected_calibration_error(confidence, right, BINS) == pytest.approx(0, abs=1e-12)
    assert [one.n for one in diagram(confidence, right)] == [60, 10]
