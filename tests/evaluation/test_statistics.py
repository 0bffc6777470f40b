"""Intervals and agreement against published and hand-computed values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.statistics import (
    bootstrap_interval,
    chance_of_at_least,
    chance_of_at_most,
    cohen_kappa,
    effective_n,
    lower_bound,
    proportion,
    upper_bound,
    wilson_interval,
)
from evaluation.types import Metric


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        # R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_known_values(right: int, n: int, low: float, high: float) -> None:
    assert wilson_interval(right / n, n) == pytest.approx((low, high), abs=5.1e-5)


@given(n=st.integers(2, 500), data=st.data())
def test_wilson_bounds_are_where_the_score_test_just_rejects(n: int, data: st.DataObject) -> None:
    share = data.draw(st.integers(1, n - 1)) / n
    for bound in wilson_interval(share, n):
        score = abs(share - bound) / math.sqrt(bound * (1 - bound) / n)
        assert score == pytest.approx(1.959964, abs=1e-5)


def test_wilson_other_confidence() -> None:
    assert wilson_interval(0.5, 100, 0.90) == pytest.approx((0.4188, 0.5812), abs=1e-4)


@given(n=st.integers(1, 5000), data=st.data())
def test_wilson_encloses_the_share(n: int, data: st.DataObject) -> None:
    share = data.draw(st.integers(0, n)) / n
    low, high = wilson_interval(share, n)
    assert 0 <= low <= share <= high <= 1
    assert low < high
    mirrored = wilson_interval(1 - share, n)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("share", "n"), [(0.5, 0), (1.1, 3), (-0.1, 3), (math.nan, 3)])
def test_wilson_refuses_nonsense(share: float, n: float) -> None:
    with pytest.raises(ValueError, match="share"):
        wilson_interval(share, n)


def test_effective_n_of_kish() -> None:
    assert effective_n(np.array([1.0, 1.0, 2.0])) == pytest.approx(16 / 6)
    assert effective_n(np.array([3.0, 3.0])) == pytest.approx(2)
    assert effective_n(np.zeros(2)) == 0
    assert effective_n(np.array([])) == 0


@given(st.lists(st.floats(1e-200, 1e200), min_size=1, max_size=30))
def test_effective_n_lies_within_the_rows(weights: list[float]) -> None:
    assert 1 - 1e-9 <= effective_n(np.array(weights)) <= len(weights) + 1e-9


def test_weighted_proportion() -> None:
    metric = proportion(np.array([True, False, True]), np.array([1.0, 1.0, 2.0]))
    assert metric.value == pytest.approx(0.75)
    assert (metric.low, metric.high) == pytest.approx(wilson_interval(0.75, 16 / 6))
    assert metric.n == 3


def test_equal_weights_change_nothing() -> None:
    right = np.array([True] * 8 + [False] * 2)
    metric = proportion(right, np.full(10, 0.3))
    assert metric.value == pytest.approx(0.8)
    assert (metric.low, metric.high) == pytest.approx(wilson_interval(0.8, 10))


def test_rows_without_weight_do_not_count() -> None:
    metric = proportion(np.array([True, False]), np.array([1.0, 0.0]))
    assert (metric.value, metric.n) == (1.0, 1)
    assert proportion(np.array([True]), np.array([0.0])) == Metric(None, None, None, 0)
    assert proportion(np.array([], dtype=bool), np.array([])) == Metric(None, None, None, 0)


def test_bootstrap_of_a_mean_agrees_with_theory() -> None:
    values = np.random.default_rng(1).normal(5, 2, 400)
    low, high = bootstrap_interval(lambda rows: float(values[rows].mean()), 400)
    half = 1.96 * values.std() / 20
    assert low == pytest.approx(values.mean() - half, abs=0.05)
    assert high == pytest.approx(values.mean() + half, abs=0.05)


def test_bootstrap_is_seeded() -> None:
    values = np.arange(50.0)

    def mean(rows: np.ndarray[tuple[int, ...], np.dtype[np.intp]]) -> float:
        return float(values[rows].mean())

    assert bootstrap_interval(mean, 50) == bootstrap_interval(mean, 50)
    assert bootstrap_interval(mean, 50, seed=1) != bootstrap_interval(mean, 50, seed=2)
    narrow, wide = bootstrap_interval(mean, 50, confidence=0.5), bootstrap_interval(mean, 50)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_bootstrap_needs_rows() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        bootstrap_interval(lambda rows: 0.0, 0)


def test_kappa_known_value() -> None:
    # both yes 20, first yes 5, second yes 10, both no 15: po .7, pe .5, kappa .4
    first = ["yes"] * 25 + ["no"] * 25
    second = ["yes"] * 20 + ["no"] * 5 + ["yes"] * 10 + ["no"] * 15
    assert cohen_kappa(first, second) == pytest.approx(0.4)


def test_kappa_bounds() -> None:
    assert cohen_kappa("abab", "abab") == 1
    assert cohen_kappa("ab", "ba") == -1
    assert cohen_kappa("aabb", "abab") == 0
    assert cohen_kappa("aaa", "aaa") is None
    assert cohen_kappa("aaa", "bbb") == 0
    assert cohen_kappa([], []) is None
    with pytest.raises(ValueError, match="every item"):
        cohen_kappa("a", "ab")


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 10), (7, 12), (10, 10), (250, 300)])
def test_tails_are_the_sums_of_the_binomial(k: int, n: int) -> None:
    share = 0.7
    chances = [math.comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(n + 1)]
    assert float(chance_of_at_least(k, n, share)) == pytest.approx(sum(chances[k:]))
    assert float(chance_of_at_most(k, n, share)) == pytest.approx(sum(chances[: k + 1]))


def test_bounds_invert_the_tails() -> None:
    # the bound is the share at which the sample just becomes that unlikely
    low, high = float(lower_bound(83, 100, 0.95)), float(upper_bound(83, 100, 0.95))
    assert float(chance_of_at_least(83, 100, low)) == pytest.approx(0.05)
    assert float(chance_of_at_most(83, 100, high)) == pytest.approx(0.05)
    assert low < 0.83 < high


def test_bounds_at_the_ends() -> None:
    assert float(lower_bound(0, 10)) == 0
    assert float(upper_bound(10, 10)) == 1
    assert float(lower_bound(10, 10, 0.95)) == pytest.approx(0.05**0.1)  # by hand: p^n = .05
    assert float(upper_bound(0, 10, 0.95)) == pytest.approx(1 - 0.05**0.1)
    assert float(chance_of_at_least(0, 0, 0.5)) == 1


def test_bounds_take_arrays() -> None:
    right, answered = np.array([8, 80]), np.array([10, 100])
    assert lower_bound(right, answered).shape == (2,)
    assert lower_bound(right, answered)[0] < lower_bound(right, answered)[1]
