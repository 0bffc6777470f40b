"""Per-intent scores and macro-F1 by hand and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_fscore_support

from evaluation.intent_scores import confusions, intent_scores, macro_f1, primary_of
from evaluation.statistics import wilson_interval
from evaluation.types import CaseResult, Confusion, Metric
from tests.evaluation.builders import case, result


def row(intents: str, predicted: str, score_intent: bool = True) -> CaseResult:
    return result(case(intents=tuple(intents), score_intent=score_intent), intent=predicted)


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
    assert (first.precision, first.recall, first.f1) == (1.0, 1 / 3, 0.5)
    assert first.recall_interval == pytest.approx(wilson_interval(1 / 3, 3))
    assert (last.precision, last.recall, last.f1, last.recall_interval) == (0.0, None, 0.0, None)


def test_strict_scores_go_by_the_primary_intent() -> None:
    found = [(s.intent, s.support, s.predicted, s.correct) for s in intent_scores(ROWS, primary_of)]
    assert found == [("a", 4, 1, 1), ("b", 1, 3, 1), ("c", 0, 1, 0)]


def test_an_intent_never_predicted_has_no_precision() -> None:
    scores = {score.intent: score for score in intent_scores([row("a", "b")])}
    assert scores["a"].precision is None
    assert scores["a"].recall == 0


def test_confusions_most_frequent_first() -> None:
    rows = [*ROWS, row("a", "b")]
    assert confusions(rows) == (Confusion("a", "b", 2), Confusion("a", "c", 1))


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
