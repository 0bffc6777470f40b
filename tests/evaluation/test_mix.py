"""The mix: parsing, and weights that give the asked shares."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.types import Action
from evaluation.mix import case_weights, parse_mix
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError
from tests.evaluation.builders import case


def shares(cases: list[Case], weights: list[float]) -> dict[str, float]:
    total: defaultdict[str, float] = defaultdict(float)
    for one, weight in zip(cases, weights, strict=True):
        total[one.action] += weight / sum(weights)
    return dict(total)


def test_parse() -> None:
    assert parse_mix("handoff=0.08,decline=0.06") == {"handoff": 0.08, "decline": 0.06}
    assert parse_mix(" answer = 0.7, clarify=0.2 ,handoff=0.1 ") == {
        "answer": 0.7,
        "clarify": 0.2,
        "handoff": 0.1,
    }


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("", "unknown"),
        ("handof=0.1", "'handof' is unknown"),
        ("handoff", "no share"),
        ("handoff=8%", "'8%' is no share"),
        ("handoff=nan", "no share"),
        ("handoff=-0.1", "no share"),
        ("handoff=1.5", "no share"),
        ("handoff=0.1,handoff=0.2", "named twice"),
        ("handoff=0.6,decline=0.5", "sum to 1.1"),
        ("handoff=0.1,", "unknown"),
    ],
)
def test_parse_refuses(text: str, cause: str) -> None:
    with pytest.raises(InvalidInputError, match=cause) as caught:
        parse_mix(text)
    assert repr(text) in caught.value.message


def test_weights_by_hand() -> None:
    cases = [case("answer"), case("answer"), case("clarify"), case("handoff"), case("decline")]
    weights = case_weights(cases, {"handoff": 0.08, "decline": 0.06})
    rest = 0.86 * 5 / 3
    assert weights.tolist() == pytest.approx([rest, rest, rest, 0.4, 0.3])


def test_rows_keep_their_own_weights_within_an_action() -> None:
    cases = [case("handoff", weight=1), case("handoff", weight=3), case("answer", weight=2)]
    weights = case_weights(cases, {"handoff": 0.5})
    assert weights.tolist() == pytest.approx([0.75, 2.25, 3.0])
    assert case_weights(cases).tolist() == [1, 3, 2]


def test_the_primary_action_decides() -> None:
    cases = [case("answer", alt_action=("handoff",)), case("handoff")]
    assert case_weights(cases, {"handoff": 0.1}).tolist() == pytest.approx([1.8, 0.2])


def test_a_share_without_rows_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"'decline' a share of 0\.1, but no row"):
        case_weights([case("answer"), case("handoff")], {"decline": 0.1})
    with pytest.raises(InvalidInputError, match=r"does not name a share of 0\.9, but no row"):
        case_weights([case("handoff")], {"handoff": 0.1})


def test_a_mix_of_everything_leaves_nothing_to_others() -> None:
    cases = [case("answer"), case("handoff"), case("clarify")]
    mix = parse_mix("answer=0.9,handoff=0.1")
    assert case_weights(cases, mix).tolist() == pytest.approx([2.7, 0.3, 0.0])
    assert case_weights(cases[:2], {"answer": 0.7, "handoff": 0.3, "decline": 0.0}).sum() == pytest.approx(2)


@given(
    counts=st.fixed_dictionaries(
        {action: st.integers(1, 20) for action in ("answer", "clarify", "handoff", "decline")}
    ),
    handoff=st.floats(0, 0.5),
    decline=st.floats(0, 0.5),
)
def test_the_asked_shares_hold(counts: dict[Action, int], handoff: float, decline: float) -> None:
    cases = [case(action) for action, count in counts.items() for _ in range(count)]
    weights = case_weights(cases, {"handoff": handoff, "decline": decline})
    found = shares(cases, weights.tolist())
    assert found["handoff"] == pytest.approx(handoff, abs=1e-9)
    assert found["decline"] == pytest.approx(decline, abs=1e-9)
    assert found["answer"] * counts["clarify"] == pytest.approx(found["clarify"] * counts["answer"])
    assert np.sum(weights) == pytest.approx(len(cases))
