"""Tests for pairs agree with textbook values, keep their level, and know clusters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from evaluation.multiple_testing import holm
from evaluation.paired_statistics import (
    clusters_of,
    difference_of,
    mcnemar,
    resampled_sums,
)
from tests.evaluation.builders import case


def flags(*counts: tuple[int, bool]) -> np.ndarray:
    return np.concatenate([np.full(n, value) for n, value in counts])


def pairs(better: int, worse: int, same: int = 50) -> tuple[np.ndarray, np.ndarray]:
    first = flags((better, True), (worse, False), (same, False))
    return first, flags((better, False), (worse, True), (same, False))


@given(st.integers(0, 60), st.integers(0, 60))
def test_with_single_rows_it_is_the_exact_test_of_mcnemar(better: int, worse: int) -> None:
    one, other = pairs(better, worse)
    found = mcnemar(one, other, np.arange(len(one)))
    exact = stats.binomtest(better, better + worse).pvalue if better + worse else 1.0
    assert found == pytest.approx(exact)


def test_with_many_it_is_the_asymptotic_one() -> None:
    one, other = pairs(180, 140)
    assert mcnemar(one, other, np.arange(len(one))) == pytest.approx(stats.chi2.sf(40**2 / 320, 1))


def test_rows_of_a_conversation_count_as_one() -> None:
    """Eight rows that got better in one conversation are no more evidence than one."""
    one, other = pairs(8, 0, 0)
    assert mcnemar(one, other, np.arange(8)) == pytest.approx(2 / 2**8)
    assert mcnemar(one, other, clusters_of(["c"] * 8)) == 1.0


def test_clusters() -> None:
    assert clusters_of(["a", "", "b", "a", ""]).tolist() == [0, 1, 2, 0, 3]


def test_holm() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})


@pytest.mark.parametrize("rows_each", [1, 4])
def test_the_interval_reaches_its_coverage_also_where_rows_share_conversations(rows_each: int) -> None:
    """In simulation: 95 % intervals of a difference hold the true one in about 95 of 100 runs."""
    random, held, runs, conversations = np.random.default_rng(7), 0, 100, 100
    root2 = np.sqrt(2)
    true = stats.norm.cdf(1.3 / root2) - stats.norm.cdf(1.0 / root2)
    for run in range(runs):
        mood = np.repeat(random.normal(size=conversations), rows_each)
        noise = random.normal(size=(2, len(mood)))
        first, second = mood + noise[0] < 1.0, mood + noise[1] < 1.3
        cases = [case(id=f"{run}-{i}", conversation_id=f"{run}-{i // rows_each}") for i in range(len(mood))]
        sums = resampled_sums(cases, np.stack([first, second, np.ones(len(mood))], axis=1))
        found = difference_of((sums[:, 1] - sums[:, 0]) / sums[:, 2])
        assert found.low is not None and found.high is not None
        held += found.low <= true <= found.high
    assert 0.89 <= held / runs <= 0.99


def test_chance_alone_is_found_out_as_often_as_promised() -> None:
    random, runs, alarms = np.random.default_rng(3), 400, 0
    for _ in range(runs):
        mood = random.normal(size=600)
        first, second = (mood + random.normal(size=600) < 1 for _ in range(2))
        alarms += mcnemar(second & ~first, first & ~second, np.arange(600)) < 0.05
    assert alarms / runs <= 0.07
