"""Cuts are chosen as stated; calibration error is what it says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import expected_calibration_error
from training.thresholds import lowest_cut, lowest_with_rate


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0, 0.99))
def test_at_most_the_share_reaches_the_lowest_cut(scores, share):
    array = np.array(scores)
    cut = lowest_cut(array, share)
    assert (array >= cut).sum() <= share * len(array)


def test_the_lowest_cut_is_not_higher_than_needed():
    scores = np.arange(100) / 100
    cut = lowest_cut(scores, 0.05)
    assert (scores >= cut).sum() == 5
    assert lowest_cut(np.array([]), 0.5) == 1.0


def test_expected_calibration_error_by_hand():
    probabilities = np.array([0.1, 0.1, 0.9, 0.9])
    outcomes = np.array([False, False, True, False])
    assert expected_calibration_error(probabilities, outcomes, 2) == pytest.approx((2 * 0.1 + 2 * 0.4) / 4)
    assert expected_calibration_error(np.array([]), np.array([], dtype=bool), 15) == 0.0


def test_perfect_calibration_has_no_error():
    assert expected_calibration_error(np.array([1.0, 0.0]), np.array([True, False]), 2) == 0.0


def test_the_lowest_score_from_which_on_enough_are_right():
    scored = [(0.9, True), (0.5, False), (0.4, True), (0.3, False), (0.2, False)]
    assert lowest_with_rate(scored, 0.6) == 0.4
    assert lowest_with_rate(scored, 0.5) == 0.3
    assert lowest_with_rate(scored, 0.1) == 0.2
    assert lowest_with_rate([(0.9, False)], 0.5) == 1.0
    assert lowest_with_rate([], 0.5) == 1.0
