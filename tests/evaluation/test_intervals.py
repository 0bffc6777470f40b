"""Intervals hold the truth as often as they say, in simulated sets whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.curves import Fate, curve_of
from evaluation.gathering import measure
from evaluation.resampling import draws_of
from evaluation.statistics import bootstrap_interval, clustered_n, effective_n, wilson_interval
from evaluation.tally import MeanTally
from evaluation.types import Metric
from tests.evaluation.builders import case, result

SETS = 200
LEAST = 0.904  # 95 % less three standard errors of 200 sets, 0.046
"""Coverage below which an interval is too narrow."""


def tallied(scores: np.ndarray, units: np.ndarray | None, mean: bool) -> Metric:
    """Return the metric of one column of scores; rows of one unit share a conversation."""
    conversations = [""] * len(scores) if units is None else [f"c{unit}" for unit in units]
    cases = [case(id=str(row), conversation_id=name) for row, name in enumerate(conversations)]
    tally = MeanTally(["it"], ["it"] if mean else [], units is not None)
    tally.add(scores[:, None].astype(np.float64), np.ones(len(scores)), draws_of(cases))
    return tally.metrics()["it"]


def held(metrics: list[Metric], truth: float) -> float:
    """Return how often the interval holds the truth."""
    inside = [m.low <= truth <= m.high for m in metrics if m.low is not None and m.high is not None]
    assert len(inside) == len(metrics)
    return float(np.mean(inside))


@pytest.mark.parametrize(("share", "rows"), [(0.9, 60), (0.5, 40), (0.97, 200)])
def test_wilson(share: float, rows: int) -> None:
    """Exactly, by the binomial distribution, so without any luck."""
    successes = np.arange(rows + 1)
    chances = _binomial(rows, share)
    inside = [low <= share <= high for low, high in (wilson_interval(k / rows, rows) for k in successes)]
    assert 0.93 <= float(chances[np.array(inside)].sum()) <= 0.985


def _binomial(rows: int, share: float) -> np.ndarray:
    from scipy import stats

    return np.asarray(stats.binom.pmf(np.arange(rows + 1), rows, share))


def test_the_bootstrap_of_a_mean_that_is_no_share() -> None:
    random = np.random.default_rng(3)
    ranks = np.array([1.0, 1 / 2, 1 / 3, 0.0])
    chances = np.array([0.7, 0.15, 0.1, 0.05])
    sets = [tallied(random.choice(ranks, 80, p=chances), None, mean=True) for _ in range(SETS)]
    assert held(sets, float(ranks @ chances)) >= LEAST
    narrow = [m.high - m.low for m in sets if m.high is not None and m.low is not None]
    expected = 2 * 1.96 * np.sqrt((ranks**2 @ chances - (ranks @ chances) ** 2) / 80)
    assert np.mean(narrow) == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("mean", [False, True])
def test_rows_of_one_conversation_are_drawn_together(mean: bool) -> None:
    """Half of the conversations go well and half do not, so eight rows tell little more than one."""
    random = np.random.default_rng(5)
    clustered, alone = [], []
    for _ in range(SETS):
        units = np.repeat(np.arange(40), 8)
        good = np.where(random.random(40) < 0.5, 1.0, 0.6)
        scores = (random.random(len(units)) < good[units]).astype(float)
        clustered.append(tallied(scores, units, mean))
        alone.append(tallied(scores, None, mean))
    assert held(clustered, 0.8) >= LEAST - 0.02  # 40 conversations: a percentile interval is a little narrow
    assert held(alone, 0.8) < 0.85  # as if they were independent: far too narrow


def test_a_clustered_share_of_all_or_nothing_is_as_wide_as_its_conversations_are_few() -> None:
    units = np.repeat(np.arange(10), 20)
    metric = tallied(np.ones(200), units, mean=False)
    assert (metric.low, metric.high) == pytest.approx(wilson_interval(1.0, 10), abs=0.02)


def test_of_all_or_nothing_only_the_conversations_that_count_are_told() -> None:
    """By hand: one conversation of 50 rows that all fail, beside 150 rows of their own that do not count.

    Wilson's bound of 0 of 1 is z^2 / (1 + z^2) = 3.8415 / 4.8415 = 0.7935. Taken by units per row of
    all, 151 / 200, the 50 would have passed for 37.75 rows, and the bound for 0.092.
    """
    cases = [case(id=str(at), conversation_id="c" if at < 50 else "") for at in range(200)]
    scores = np.array([[0.0 if at < 50 else np.nan, float(at >= 50)] for at in range(200)])
    tally = MeanTally(["it", "other"], (), clustered=True)
    tally.add(scores, np.ones(200), draws_of(cases))
    it, other = tally.metrics()["it"], tally.metrics()["other"]
    assert (it.value, it.low, it.n) == (0.0, 0.0, 50)
    assert it.high == pytest.approx(0.7935, abs=0.03)
    # 150 of 200 are right, and 50 fail together: 0.75 * 0.25 / ((50 * 0.75)^2 + 150 * 0.25^2) * 200^2
    assert other.low == pytest.approx(wilson_interval(0.75, 5.298)[0], abs=0.03)


def test_units_of_unequal_weight_count_by_kish_where_all_succeed() -> None:
    """Conversations that weigh 8 (four rows of 2) and 1, 1, 1, 1: by hand (8 + 4)^2 / (64 + 4) = 2.118."""
    cases = [case(id=str(at), conversation_id="c" if at < 4 else "") for at in range(8)]
    tally = MeanTally(["it"], (), clustered=True)
    tally.add(np.ones((8, 1)), np.array([2.0] * 4 + [1.0] * 4), draws_of(cases))
    found = tally.metrics()["it"]
    assert (found.low, found.high) == pytest.approx(wilson_interval(1.0, 144 / 68), abs=0.03)
    clusters = np.array([0] * 4 + [1, 2, 3, 4])
    known = clustered_n(np.ones(8, dtype=bool), np.array([2.0] * 4 + [1.0] * 4), clusters)
    assert known == pytest.approx(144 / 68)


def test_one_conversation_is_one_look_also_where_not_all_of_it_succeeds() -> None:
    metric = tallied(np.arange(60) % 3 > 0, np.zeros(60, dtype=int), mean=False)
    assert (metric.low, metric.high) == pytest.approx(wilson_interval(2 / 3, 1), abs=0.03)


def test_clusters_of_unequal_size_and_weight() -> None:
    """Conversations of 1 or 30 rows that go well or badly as a whole, weighing 1 or 3.

    Counted by units per row, as if all were of one size and weight, the interval is far too narrow.
    """
    random, conversations = np.random.default_rng(11), 150
    inside, by_spread = [], []
    for _ in range(2 * SETS):
        sizes = random.choice([1, 1, 1, 30], conversations)
        clusters = np.repeat(np.arange(conversations), sizes)
        good = np.where(random.random(conversations) < 0.5, 0.95, 0.05)
        right = random.random(len(clusters)) < good[clusters]
        weights = np.repeat(random.choice([1.0, 3.0], conversations), sizes)
        share = float(np.average(right, weights=weights))
        spread = conversations / len(clusters)
        for held_it, rows in (
            (inside, clustered_n(right, weights, clusters)),
            (by_spread, effective_n(weights) * spread),
        ):
            low, high = wilson_interval(share, rows)
            held_it.append(low <= 0.5 <= high)
    assert np.mean(inside) >= 0.92
    assert np.mean(by_spread) < 0.85


def test_clusters_of_one_row_are_rows() -> None:
    random = np.random.default_rng(12)
    right, weights = random.random(500) < 0.8, random.choice([1.0, 2.0], 500)
    found = clustered_n(right, weights, np.arange(500))
    assert found == pytest.approx(effective_n(weights), rel=0.1)
    assert clustered_n(np.ones(500, dtype=bool), weights, np.arange(500) // 5) < 101


def test_the_curve_counts_conversations() -> None:
    """At the lowest cut all is answered: forty rows of one conversation each way tell little."""
    rows = [(row < 200, f"c{row // 40}") for row in range(400)]
    plain, clustered = (
        curve_of([Fate(1.0, right, False, False, (0.0, 0.0), True, 1.0, unit) for right, unit in given], None)
        for given in ([(right, None) for right, _ in rows], rows)
    )
    one, other = plain.points[0].accuracy, clustered.points[0].accuracy
    assert one.value == other.value == 0.5
    assert one.low == pytest.approx(wilson_interval(0.5, 400)[0])
    assert other.low == pytest.approx(wilson_interval(0.5, 9)[0])  # ten conversations, one fewer to vary


def test_the_clustered_bootstrap_of_any_statistic() -> None:
    random = np.random.default_rng(8)
    inside = 0
    for _ in range(100):
        units = np.repeat(np.arange(30), 5)
        values = random.normal(size=30)[units] + 0.1 * random.normal(size=150)
        low, high = bootstrap_interval(
            lambda rows, values=values: float(values[rows].mean()), 150, units=units.tolist(), resamples=300
        )
        inside += low <= 0 <= high
    assert inside >= 85


def test_draws_neither_depend_on_order_nor_on_who_else_is_there() -> None:
    cases = [case(id=str(row), conversation_id="c" if row % 3 else "") for row in range(30)]
    draws = draws_of(cases)
    assert np.array_equal(draws_of(cases[::-1]), draws[::-1])
    assert np.array_equal(draws_of(cases[5:9]), draws[5:9])
    assert np.array_equal(draws[1], draws[2])  # one conversation
    assert not np.array_equal(draws[0], draws[3])
    assert draws_of([case(id=str(row)) for row in range(300)]).mean() == pytest.approx(1, abs=0.01)
    assert draws.var() == pytest.approx(1, abs=0.1)


def test_conversations_widen_every_share() -> None:
    results = [
        result(case(id=str(row), conversation_id=f"c{row // 10}"), intent="surrender" if row < 50 else "x")
        for row in range(100)
    ]
    weights = np.ones(len(results))
    plain, clustered = measure(results, weights), measure(results, weights, clustered=True)
    for name in ("intent_accuracy", "auto_answer_accuracy"):
        one, other = plain[name], clustered[name]
        assert one.low is not None
        assert other.low is not None
        assert other.low < one.low - 0.05
        assert one.value == other.value
