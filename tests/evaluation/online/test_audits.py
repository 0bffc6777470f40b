"""Audits: drawn at random, judged blind, weighted; on both databases."""

import datetime as dt
from collections import Counter

import numpy as np
import pytest

from assistant.decision_log import DecisionRow
from benchmarks.traffic import Plan, make_month
from evaluation.online.audit_results import answer_accuracy, audit_standing, calibration_rows
from evaluation.online.audits import (
    Wanted,
    allocate,
    draw_sample,
    judge,
    next_item,
    read_judged,
    sample_size,
)
from evaluation.online.counting import Filter
from evaluation.statistics import proportion, wilson_interval
from knowledge_base.errors import ConflictError, InvalidInputError
from knowledge_base.taxonomy import shipped_taxonomy
from tests.evaluation.online.worlds import scope_of

START = dt.date(2026, 10, 1)
NOW = dt.datetime(2026, 10, 20, tzinfo=dt.UTC)
PLAN = Plan(START, 10, 3000, seed=21, wrong=0.2)


def domain(intent):
    return shipped_taxonomy().intents[intent].domain


@pytest.fixture(scope="module")
def month():
    return make_month(PLAN)


@pytest.fixture
def filled(month, database):
    with database.engine.begin() as connection:
        month.write(connection)
    return database


@pytest.fixture
def scope(filled):
    return scope_of(filled, START, START + dt.timedelta(days=10), NOW)


def draw(database, scope, kind="answers", half_width=0.03):
    wanted = Wanted(kind, scope.period.start, scope.period.end, half_width, 0.8)
    with database.transaction() as session:
        batch = draw_sample(session, wanted, domain, "user:a", NOW)
        return batch.id, batch.population


def work(database, actor, verdict_of):
    """Let somebody judge all they can; return how many."""
    done = 0
    while True:
        with database.transaction() as session:
            item = next_item(session, actor)
            if item is None:
                return done
            judge(session, item.id, actor, verdict_of(item.decision_id), NOW)
        done += 1


@pytest.mark.parametrize(("population", "size"), [(0, 0), (50, 48), (100_000, 545), (10**9, 545)])
def test_the_size_follows_from_the_interval(population, size):
    assert sample_size(population, 0.03, 0.85) == pytest.approx(size, abs=4)


def test_the_size_keeps_its_word():
    n = sample_size(10**6, 0.03, 0.85)
    low, high = wilson_interval(0.85, n)
    assert (high - low) / 2 == pytest.approx(0.03, abs=0.001)


def test_strata_are_drawn_in_proportion_and_none_is_left_out():
    drawn = allocate({"big": 9000, "small": 990, "tiny": 9, "one": 1}, 500)
    assert drawn == {"big": pytest.approx(450, abs=3), "small": pytest.approx(50, abs=2), "tiny": 2, "one": 1}


def test_a_sample_is_judged_and_tells_the_accuracy(month, filled, scope):
    _, population = draw(filled, scope)
    answers = [row for row in month.rows[DecisionRow] if row["action"] == "answer"]
    assert population == len(answers)

    def truth(decision_id):
        return "handoff" if decision_id in month.wrong else "right"

    first = work(filled, "user:a", truth)
    with filled.reading() as session:
        assert next_item(session, "user:a") is None  # what is left waits for a second person
        standing = audit_standing(session)
        assert 0 < standing.done < standing.drawn == first
    second = work(filled, "user:b", truth)
    with filled.reading() as session:
        standing = audit_standing(session)
        value, trend = answer_accuracy(session, scope, Filter())
        judged = read_judged(session)
        nothing, _ = answer_accuracy(session, scope, Filter(channel="nowhere"))
    assert (standing.done, standing.doubled, standing.agreed) == (first, second, second)
    assert standing.kappa == 1.0
    right = sum(one.item.weight for one in judged if one.decision.id not in month.wrong)
    assert value.value == pytest.approx(right / sum(one.item.weight for one in judged))
    assert sum(one.item.weight for one in judged) == pytest.approx(population)
    assert value.low < 1 - len(month.wrong) / len(answers) < value.high
    assert sum(day.n for day in trend.values()) == value.n == first
    assert nothing.value is None


def test_where_two_disagree_a_third_decides_and_until_then_it_is_wrong(filled, scope):
    draw(filled, scope)
    work(filled, "user:a", lambda _: "right")
    doubled = work(filled, "user:b", lambda _: "clarify")
    with filled.reading() as session:
        standing = audit_standing(session)
        before, _ = answer_accuracy(session, scope, Filter())
    assert (standing.disputed, standing.agreed) == (doubled, 0)
    assert before.value < 1
    assert work(filled, "user:c", lambda _: "right") == doubled
    with filled.reading() as session:
        after, _ = answer_accuracy(session, scope, Filter())
        assert (after.value, audit_standing(session).disputed) == (1.0, 0)


def test_nothing_is_drawn_or_judged_twice(filled, scope):
    draw(filled, scope, half_width=1e-4)
    with pytest.raises(InvalidInputError, match="not drawn before"):
        draw(filled, scope)
    with filled.transaction() as session:
        item = next_item(session, "user:a")
        judge(session, item.id, "user:a", "right", NOW)
    with filled.transaction() as session, pytest.raises(ConflictError):
        judge(session, item.id, "user:a", "clarify", NOW)
    with filled.transaction() as session, pytest.raises(InvalidInputError, match="right entry"):
        judge(session, next_item(session, "user:a").id, "user:a", "other_entry", NOW)


def test_only_simple_samples_of_all_decisions_are_calibrated_on(month, filled, scope):
    draw(filled, scope, half_width=0.1)
    work(filled, "user:a", lambda _: "right")
    intents = {row["entry_id"]: row["intent"] for row in month.rows[DecisionRow] if row["entry_id"]}
    with filled.reading() as session:
        assert list(calibration_rows(session, intents)) == []
    draw(filled, scope, "decisions", 0.04)
    work(filled, "user:a", lambda _: "right")
    with filled.reading() as session:
        rows = list(calibration_rows(session, intents))
    by_id = {row["id"]: row for row in month.rows[DecisionRow]}
    assert {row["source"] for row in rows} == {"audit"}
    assert all(row["action"] == by_id[row["id"]]["action"] for row in rows)
    assert Counter(row["action"] for row in rows)["handoff"] > 0
    conversations = [row["conversation_id"] for row in rows]
    assert len(set(conversations)) == len(conversations)


def test_the_interval_of_a_stratified_sample_covers():
    """Strata that differ much, drawn again and again: 95 of 100 intervals hold the truth."""
    rng, covered = np.random.default_rng(8), 0
    sizes, shares = {"a": 6000, "b": 3000, "c": 40}, {"a": 0.95, "b": 0.7, "c": 0.3}
    truth = sum(sizes[name] * shares[name] for name in sizes) / sum(sizes.values())
    for _ in range(1000):
        right, weights = [], []
        for name, n in allocate(sizes, 300).items():
            right += (rng.random(n) < shares[name]).tolist()
            weights += [sizes[name] / n] * n
        found = proportion(np.array(right), np.array(weights))
        covered += found.low <= truth <= found.high
    assert covered >= 930
