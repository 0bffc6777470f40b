"""The detector is quiet while nothing changes, however often one looks, and wakes when it does."""

import numpy as np
import pytest

from evaluation.online.drift import (
    BLOCK,
    FALSE_ALARM,
    Traffic,
    error_wealth,
    find_drift,
    jumper_wealth,
    rank_p_values,
)

GROUPS = np.array(["claims", "policy", "presale", "payment"])
MIX = (0.4, 0.3, 0.2, 0.1)


def traffic(rng, n, shift=0.0, mix=MIX):
    confidence = np.clip(rng.beta(3, 1.3, n) - shift, 0, 1)
    return Traffic(confidence, tuple(rng.choice(GROUPS, n, p=mix)))


def found(rows, live, **more):
    return find_drift(rows, live, str, "certificate", **more)


def test_ranks_are_uniform_and_wealth_is_fair():
    rng = np.random.default_rng(1)
    last, ranks = [], []
    for _ in range(400):
        p = rank_p_values(rng.random(50), rng.random(40), rng)
        ranks.extend(p)
        last.append(jumper_wealth(p)[-1])
    assert np.histogram(ranks, 10, (0, 1))[0].max() < 1.15 * len(ranks) / 10
    assert np.mean(last) == pytest.approx(1, abs=0.15)


def test_ties_are_broken_fairly():
    p = rank_p_values(np.zeros(100), np.zeros(2000), np.random.default_rng(2))
    assert 0.45 < p.mean() < 0.55


def test_same_traffic_raises_no_alarm_however_often_one_looks():
    """25 installations over two blocks: the stated chance is one in a hundred for each."""
    rng = np.random.default_rng(3)
    alarms = sum(bool(found(traffic(rng, 300), traffic(rng, 2 * BLOCK)).reason) for _ in range(25))
    assert alarms <= 25 * FALSE_ALARM + 3 * np.sqrt(25 * FALSE_ALARM)


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"shift": 0.12}, "confidence"), ({"mix": (0.1, 0.3, 0.2, 0.4)}, "mix of intents")],
)
def test_a_change_is_noticed_also_late(changed, said):
    rng = np.random.default_rng(4)
    rows = traffic(rng, 800)
    quiet, other = traffic(rng, 2 * BLOCK), traffic(rng, BLOCK, **changed)
    live = Traffic(np.concatenate([quiet.confidence, other.confidence]), quiet.intents + other.intents)
    assert not found(rows, quiet).reason
    drift = found(rows, live)
    assert said in drift.reason and drift.decisions == 3 * BLOCK
    assert found(rows, live) == drift  # looking again finds the same


def test_nothing_is_found_in_nothing():
    rng = np.random.default_rng(5)
    assert found(traffic(rng, 100), traffic(rng, 0)).reason == ""


def test_too_many_audited_errors_are_noticed():
    rng = np.random.default_rng(6)
    rows, live = traffic(rng, 100), traffic(rng, 100)
    few, many = (list(rng.random(400) < share) for share in (0.14, 0.3))
    assert not found(rows, live, audited_errors=few, allowed_errors=0.15).reason
    assert "audited answers were wrong" in found(rows, live, audited_errors=many, allowed_errors=0.15).reason


def test_the_bet_on_errors_is_fair_at_the_allowed_share():
    rng = np.random.default_rng(7)
    runs = [error_wealth(list(rng.random(60) < 0.15), 0.15) for _ in range(3000)]
    assert np.mean([wealth[2] for wealth in runs]) == pytest.approx(1, abs=0.1)
    assert np.mean([wealth.max() >= 20 for wealth in runs]) <= 1 / 20 + 0.012
