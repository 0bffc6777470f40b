"""Per-intent scores and macro-F1 by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_fscore_support

from evaluation.intent_scores import Truth, primary_of, tally_intents, truth_of
from evaluation.statistics import wilson_interval
from evaluation.types import CaseResult, Confusion, IntentScore, Metric
from tests.evaluation.builders import case, result


def row(intents: str, predicted: str, score_intent: bool = True) -> CaseResult:
    return result(case(intents=tuple(intents), score_intent=score_intent), intent=predicted)


def intent_scores(rows: list[CaseResult], truth: Truth = truth_of) -> tuple[IntentScore, ...]:
    return tally_intents(rows, np.ones(len(rows)), truth).scores()


def macro_f1(rows: list[CaseResult], weights: np.ndarray) -> Metric:
    return tally_intents(rows, weights).macro_f1()


ROWS = [
    row("a", "a"),
    row("a", "b"),
    row("ab", "b"),  # lenient: the truth is b
    row("ab", "c"),  # wrong: the truth is the primary intent a
    row("b", "b"),
    row("c", "z", score_intent=False),
]


def test_scores_by_hand() -> None:
    found = [(s.intent, s.support, s.predicted, s.correct) for s in intent_scores(ROWS)]
    assert found == [("a", 3, 1, 1), ("b", 2, 3, 2), ("c", 0, 1, 0)]
    first, _, last = intent_scores(ROWS)
    assert (first.precision, first.recall, first.f1) == (1.0, 1 / 3, pytest.approx(0.5))
    assert first.recall_interval == pytest.approx(wilson_interval(1 / 3, 3))
    assert (last.precision, last.recall, last.f1, last.recall_interval) == (0.0, None, 0.0, None)


def test_strict_scores_go_by_the_primary_intent() -> None:
    found = [(s.intent, s.support, s.predicted, s.correct) for s in intent_scores(ROWS, primary_of)]
    assert found == [("a", 4, 1, 1), ("b", 1, 3, 1), ("c", 0, 1, 0)]


def test_an_intent_never_predicted_has_no_precision() -> None:
    scores = {score.intent: score for score in intent_scores([row("a", "b")])}
    assert scores["a"].precision is None
    assert scores["a"].recall == 0


def test_precision_and_recall_are_weighted() -> None:
    """Truth a weighs 1 + 3, of which 3 are right; a is claimed with 3 + 2. Worked out by hand."""
    rows = [row("a", "b"), row("a", "a"), row("b", "a"), row("a", "c")]
    first = tally_intents(rows, np.array([1.0, 3.0, 2.0, 0.0])).scores()[0]
    assert (first.support, first.predicted, first.correct) == (3, 2, 1)
    assert (first.recall, first.precision) == (pytest.approx(3 / 4), pytest.approx(3 / 5))
    assert first.f1 == pytest.approx(2 * 3 / (4 + 5))
    assert first.recall_interval == pytest.approx(wilson_interval(3 / 4, 16 / 10))  # (1 + 3)^2 / (1 + 9)
    assert first.precision_interval == pytest.approx(wilson_interval(3 / 5, 25 / 13))
    unseen = tally_intents(rows, np.array([1.0, 3.0, 2.0, 0.0])).scores()[-1]
    assert (unseen.intent, unseen.predicted, unseen.precision) == ("c", 1, None)


def test_intervals_of_an_intent_hold_its_truth_where_conversations_go_well_or_badly_as_a_whole() -> None:
    """Eight rows of a conversation, which is taken rightly or wrongly nine times of ten."""
    random = np.random.default_rng(21)
    inside = dict.fromkeys((True, False), 0)
    sets = 60
    for _ in range(sets):
        rows = []
        for conversation in range(40):
            right = random.random(8) < (0.9 if random.random() < 0.5 else 0.1)
            rows += [
                result(
                    case(id=f"{conversation} {at}", intents=("a",), conversation_id=f"c{conversation}"),
                    intent="a" if ok else "b",
                )
                for at, ok in enumerate(right)
            ]
        for clustered in inside:
            low, high = tally_intents(rows, np.ones(len(rows)), clustered=clustered).scores()[
                0
            ].recall_interval or (0, 0)
            inside[clustered] += low <= 0.5 <= high
    assert inside[True] / sets >= 0.85
    assert inside[False] / sets < 0.7


def test_a_precision_of_one_is_as_sure_as_its_conversations_are_many() -> None:
    """Thirty rows of three conversations are three looks, whatever other rows there are."""
    rows = [
        result(case(id=str(at), intents=("a",), conversation_id=f"c{at % 3}"), intent="a") for at in range(30)
    ] + [result(case(id=str(at), intents=("b",)), intent="b") for at in range(30, 400)]
    first, second = tally_intents(rows, np.ones(len(rows)), clustered=True).scores()
    assert first.precision == first.recall == second.recall == 1.0
    assert first.precision_interval == pytest.approx(wilson_interval(1.0, 3), abs=0.03)
    assert second.recall_interval == pytest.approx(wilson_interval(1.0, 370), abs=0.003)


def test_confusions_most_frequent_first() -> None:
    rows = [*ROWS, row("a", "b")]
    assert tally_intents(rows, np.ones(len(rows))).confusions() == (
        Confusion("a", "b", 2),
        Confusion("a", "c", 1),
    )


def test_macro_f1_leaves_out_intents_without_support() -> None:
    metric = macro_f1(ROWS, np.ones(len(ROWS)))
    assert metric.value == pytest.approx((0.5 + 0.8) / 2)
    assert metric.n == 5
    assert metric.low is not None
    assert metric.high is not None
    assert metric.low <= 0.65 <= metric.high


def test_macro_f1_weighted() -> None:
    # a: support 1, claimed 1, right 1. b: support 3 + 2, claimed 3, right 3. c: no support.
    rows = [row("a", "a"), row("b", "b"), row("b", "c"), row("a", "b")]
    metric = macro_f1(rows, np.array([1.0, 3.0, 2.0, 0.0]))
    assert metric.value == pytest.approx((1.0 + 2 * 3 / (5 + 3)) / 2)
    assert metric.n == 3


def test_macro_f1_of_nothing() -> None:
    assert macro_f1([row("a", "a", score_intent=False)], np.ones(1)) == Metric(None, None, None, 0)


labels = st.sampled_from("abcd")


@settings(max_examples=25)
@given(st.lists(st.tuples(labels, labels), min_size=1, max_size=30))
def test_single_label_rows_agree_with_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    truth, predicted = [t for t, _ in pairs], [p for _, p in pairs]
    rows = [row(t, p) for t, p in pairs]
    known = sorted({*truth, *predicted})
    precision, recall, f1, support = precision_recall_fscore_support(
        truth, predicted, labels=known, zero_division=0
    )
    for i, score in enumerate(intent_scores(rows)):
        assert score.intent == known[i]
        assert (score.precision or 0.0) == pytest.approx(precision[i])
        assert (score.recall or 0.0) == pytest.approx(recall[i])
        assert score.f1 == pytest.approx(f1[i])
        assert score.support == support[i]
    expected = f1_score(truth, predicted, labels=sorted(set(truth)), average="macro", zero_division=0)
    assert macro_f1(rows, np.ones(len(rows))).value == pytest.approx(expected)
