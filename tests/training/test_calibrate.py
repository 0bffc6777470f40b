"""Calibration: splits, parts of the traffic, what is said when the goals cannot both hold."""

from dataclasses import replace

import numpy as np
import pytest

from assistant.types import Cuts, Thresholds
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError
from tests.training.builders import outcomes_of
from training.calibrate import (
    STRICTER,
    Demand,
    calibrate,
    fallback_level,
    rows_to_test,
    split_off_certifying,
    thresholds_at,
)
from training.outcomes import CLOSED
from training.risk_control import LEVELS, Goals
from training.shortfall import shortfall_of

BASE = Thresholds("fitted", Cuts(0.5, 0.2, 0.2, 0.5, 0.3, 0.4, 0.5))
CONFIDENCE = 0.9


def case(name, **fields):
    return Case("怎么退保", name, "answer", ("surrender",), **fields)


def drawn(rng, rows=1500, claims_bias=0.1, elderly=None):
    """Rows whose confidence is right but for claims, where it overstates."""
    confidence = rng.beta(3, 1.3, rows)
    kinds = rng.choice(["", "claims", "surrender"], rows, p=[0.6, 0.35, 0.05])
    chance = confidence - np.where(kinds == "claims", claims_bias, 0.0)
    segments = {name: kinds == name for name in ("claims", "surrender")}
    segments["channel:web"] = np.ones(rows, dtype=bool)
    right, needs = rng.random(rows) < chance, rng.random(rows) < 0.3
    return outcomes_of(confidence, right, needs, segments, rng.random(rows) >= 0.3, elderly)


def demand(accuracy=0.75, handoff=0.25, segment_min=300):
    return Demand(Goals(accuracy, handoff), CONFIDENCE, 1 - CONFIDENCE, segment_min)


def test_the_lowest_certified_cut_is_taken_and_parts_are_stricter():
    result = calibrate(drawn(np.random.default_rng(1), claims_bias=0.15), BASE, demand())
    parts = {claim.name: claim for claim in result.segments}
    assert result.chosen is not None and result.chosen <= result.start
    assert parts["claims"].tested and parts["claims"].offset > 0
    assert not parts["surrender"].tested and parts["surrender"].offset == STRICTER
    assert parts["channel:web"].certified and parts["channel:web"].offset == 0
    thresholds = thresholds_at(result, result.chosen, "x")
    assert thresholds.default == replace(BASE.default, answer=float(LEVELS[result.chosen]))
    strict = thresholds.answer_cut("", "web", frozenset({"surrender"}))
    assert strict == pytest.approx(thresholds.default.answer + STRICTER / 100)
    assert thresholds.answer_cut("", "web", frozenset()) == thresholds.default.answer
    assert thresholds.answer_cut("", "never_seen", frozenset()) == pytest.approx(strict)


def test_each_part_is_wrong_no_more_often_than_stated():
    """The whole procedure, 300 redraws: the pair, and claims by themselves."""
    rng = np.random.default_rng(2)
    truth = drawn(rng, rows=200_000)
    redraws, wrong_pair, wrong_claims = 300, 0, 0
    claims = truth.segments["claims"]
    goals = demand().goals
    for _ in range(redraws):
        result = calibrate(drawn(rng, rows=900), BASE, demand(segment_min=200))
        if result.chosen is None:
            continue
        steps = np.array([max(result.offsets[n] for n in names) for names in KINDS])
        at = np.minimum(result.chosen + steps[kind_of(truth)], len(LEVELS))
        answered, right, handed = (
            np.take_along_axis(facts, at[:, None], axis=1)[:, 0]
            for facts in (truth.answered, truth.right, truth.with_person)
        )
        broken = right.sum() < goals.accuracy * answered.sum() or handed.mean() > goals.handoff
        wrong_pair += broken
        told = next(claim for claim in result.segments if claim.name == "claims")
        wrong_claims += told.certified and right[claims].sum() < goals.accuracy * answered[claims].sum()
    allowed = (1 - CONFIDENCE) * redraws + 3 * np.sqrt(redraws * CONFIDENCE * (1 - CONFIDENCE))
    assert wrong_pair <= allowed
    assert wrong_claims <= allowed


KINDS = [{"channel:web"}, {"channel:web", "claims"}, {"channel:web", "surrender"}]


def kind_of(outcomes):
    return outcomes.segments["claims"] + 2 * outcomes.segments["surrender"]


def test_elderly_customers_carry_no_handoff_goal():
    rng = np.random.default_rng(3)
    elderly = rng.random(1500) < 0.2
    rows = drawn(rng, elderly=elderly)
    stressed = rows.facts.copy()
    stressed[3:, elderly] = True  # every elderly customer talks to a person
    counts = calibrate(replace(rows, facts=stressed), BASE, demand()).counts
    same = calibrate(rows, BASE, demand()).counts
    assert counts.rows == (rows.testing & ~elderly).sum()
    assert counts.handed.tolist() == same.handed.tolist()
    assert counts.answered.max() > counts.rows * 0.9  # but they count for accuracy


def test_the_fallback_is_stricter():
    result = calibrate(drawn(np.random.default_rng(4)), BASE, demand())
    level = fallback_level(result, result.chosen)
    assert level >= result.chosen + 5
    top = thresholds_at(result, len(LEVELS) - 1, "x")
    assert top.answer_cuts["surrender"] == CLOSED


@pytest.mark.parametrize(
    ("goals", "said"),
    [
        ((0.97, 1.0), "More labels would not help"),
        ((0.94, 1.0), "labelled rows in all would certify it"),
        ((0.5, 0.0001), "of the traffic stands in the way"),
        ((0.82, 0.1), "stands between both goals"),
    ],
)
def test_what_stands_in_the_way_is_told(goals, said):
    rows = drawn(np.random.default_rng(5), rows=700)
    if goals[0] == 0.97:  # errors at every confidence
        rows.facts[1:3, ::8] = False
    if goals[1] < 0.01:  # some end with a person whatever is answered
        rows.facts[4, :40] = True
    result = calibrate(rows, BASE, demand(*goals))
    assert result.chosen is None
    told = shortfall_of(result)
    assert said in " ".join(told.reasons)
    assert told.accuracy < goals[0] or told.handoff > goals[1]


def test_the_nearest_pair_is_certified_when_it_is_asked_for():
    rows = drawn(np.random.default_rng(6))
    first = calibrate(rows, BASE, demand(0.9, 0.05, segment_min=10_000))
    near = shortfall_of(first)
    again = calibrate(rows, BASE, demand(near.accuracy - 0.01, near.handoff + 0.01, segment_min=10_000))
    assert again.chosen is not None


def test_splits_go_by_conversation_and_do_not_depend_on_order():
    cases = [case(str(i), conversation_id=f"k{i // 2}") for i in range(400)]
    testing = rows_to_test(cases)
    assert all(testing[0::2] == testing[1::2])
    assert 0.6 < testing.mean() < 0.8
    assert rows_to_test(cases[::-1]).tolist() == testing[::-1].tolist()
    fitting, certifying = split_off_certifying(cases)
    assert {c.id for c in fitting} | {c.id for c in certifying} == {c.id for c in cases}
    assert 0.25 < len(certifying) / 400 < 0.42


def test_weighted_or_too_few_rows_are_refused():
    with pytest.raises(InvalidInputError, match="Weighted"):
        rows_to_test([case("1"), case("2", weight=2.0)])
    with pytest.raises(InvalidInputError, match="few"):
        rows_to_test([case("1")])
