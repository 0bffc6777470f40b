"""The simulated queue agrees with Erlang where that applies, and with a queue reckoned by hand."""

import numpy as np
import pytest

from evaluation.online.staffing import (
    Goal,
    draw_hour,
    erlang_c,
    erlang_servers,
    plan_people,
    simulate,
    waits_within,
)


def test_a_queue_reckoned_by_hand():
    arrivals, handling = np.array([0.0, 1.0, 2.0, 20.0]), np.array([10.0, 10.0, 10.0, 5.0])
    assert simulate(arrivals, handling, 1).tolist() == [0, 9, 18, 10]
    assert simulate(arrivals, handling, 2).tolist() == [0, 0, 8, 0]


def test_erlang_c_as_tabulated():
    # 10 erlangs, 12 servers: the probability of waiting is 0.4494
    assert erlang_c(10, 12) == pytest.approx(0.4494, abs=5e-4)
    assert erlang_c(1, 1) == erlang_c(5, 3) == 1.0


@pytest.mark.parametrize(("load", "servers"), [(0.7, 1), (4.0, 6), (20.0, 23)])
def test_the_simulation_agrees_with_erlang_where_that_applies(load, servers):
    rng, mean = np.random.default_rng(6), 300.0
    shares = []
    for seed in range(30):
        arrivals, _ = draw_hour(load / mean, np.array([mean]), seed)
        shares.append((simulate(arrivals, rng.exponential(mean, len(arrivals)), servers) <= 30).mean())
    spread = 4 * np.std(shares) / np.sqrt(len(shares))
    assert np.mean(shares) == pytest.approx(waits_within(load, servers, mean, 30), abs=spread + 0.01)


def test_a_plan_reaches_its_goal_with_nobody_to_spare():
    rng = np.random.default_rng(7)
    handling = rng.exponential(400, 500)
    goal = Goal(handoff=0.15, within=30, share=0.9)
    visits = [0.0] * 9 + [300.0, 400.0] + [0.0] * 13
    plan = plan_people(visits, handling, goal)
    assert [one.hour for one in plan.hours] == [9, 10]
    for one in plan.hours:
        assert one.reached >= 0.9
        arrivals, times = draw_hour(one.arrivals / 3600, handling, 20_260_102 + one.hour)
        assert (simulate(arrivals, times, one.people - 1) <= 30).mean() < 0.9
        assert abs(one.people - one.erlang) <= 1
    without = plan_people(visits, handling, Goal(handoff=1.0))
    assert without.most > 4 * plan.most


def test_who_holds_two_conversations_does_the_work_of_two():
    handling = np.full(100, 300.0)
    visits = [100.0] + [0.0] * 23
    one = plan_people(visits, handling, Goal(handoff=1.0)).hours[0]
    two = plan_people(visits, handling, Goal(handoff=1.0, at_once=2)).hours[0]
    assert two.people == -(-one.people // 2)
    assert erlang_servers(100 / 3600, 300.0, Goal(1.0)) >= one.people
