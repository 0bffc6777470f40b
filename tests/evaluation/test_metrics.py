"""Each metric against rows counted by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.types import Action, Reason
from evaluation.gathering import measure
from evaluation.row_scores import ABOUT, METRIC_NAMES
from evaluation.types import CaseResult
from tests.evaluation.builders import case, choices, result

NAMES = [
    "auto_answer_accuracy",
    "entry_accuracy",
    "answered_share",
    "handoff_rate",
    "effective_handoff_rate",
    "needless_handoff_rate",
    "must_handoff_recall",
    "queue_accuracy",
    "intent_accuracy",
    "intent_macro_f1",
    "top3",
    "clarify_rate",
    "choice_hit_rate",
    "decline_recall",
    "needless_decline_rate",
    "intent_accuracy_strict",
    "handoff_requested",
    "handoff_policy",
    "handoff_uncertain",
    "intent_macro_f1_strict",
    "hit_at_1",
    "hit_at_3",
    "hit_at_10",
    "mrr",
    "ndcg_at_10",
    "cost_per_row",
]


def value(name: str, *results: CaseResult) -> tuple[float | None, int]:
    metric = measure(results, np.ones(len(results)))[name]
    return metric.value, metric.n


def test_the_names_are_those_of_the_contract() -> None:
    assert list(METRIC_NAMES) == NAMES
    assert set(ABOUT) == set(NAMES)
    assert list(measure([result()], np.ones(1))) == NAMES


def test_auto_answer_accuracy() -> None:
    vague = case(intents=(), score_intent=False)
    rows = [
        result(),  # right
        result(case(intents=("surrender", "claim_process")), intent="claim_process"),  # also acceptable
        result(intent="claim_amount"),  # wrong intent
        result(case("handoff")),  # right intent, but answering is not allowed
        result(case("handoff", alt_action=("answer",))),  # allowed as an alternative
        result(vague, intent="claim_amount"),  # only the action counts
        result(case("decline", (), score_intent=False)),  # the action is wrong
        result(action="clarify"),  # not answered: does not count
    ]
    assert value("auto_answer_accuracy", *rows) == (4 / 7, 7)


def test_entry_accuracy() -> None:
    rows = [
        result(case(entry_ids=("a.b", "c.d")), entry_id="c.d"),  # right
        result(case(entry_ids=("a.b",)), entry_id="a.b", intent="claim_amount"),  # the entry alone decides
        result(case(entry_ids=("a.b",)), entry_id="x.y"),  # wrong
        result(case(entry_ids=("a.b",)), entry_id=None),  # wrong
        result(case(entry_ids=()), entry_id="a.b"),  # answering is wrong
        result(case(entry_ids=()), entry_id=None),  # still
        result(case("handoff", entry_ids=("a.b",)), entry_id="a.b"),  # answering is not allowed
        result(case(), entry_id="a.b"),  # the row does not say
        result(case(entry_ids=("a.b",)), "clarify", entry_id="a.b"),  # not answered
    ]
    assert value("entry_accuracy", *rows) == (2 / 7, 7)


def test_shares_of_answerable_rows() -> None:
    rows = [
        result(action="answer"),
        result(action="answer", intent="claim_amount"),
        result(action="handoff", reason="uncertain"),
        result(action="decline"),
        result(action="clarify"),
        result(case(alt_action=("clarify",)), "handoff"),  # two actions allowed: not answerable
        result(case(alt_action=("answer",)), "decline"),  # the same action twice is one
        result(case("handoff"), "handoff"),
    ]
    assert value("answered_share", *rows) == (2 / 6, 6)
    assert value("needless_handoff_rate", *rows) == (1 / 6, 6)
    assert value("needless_decline_rate", *rows) == (2 / 6, 6)


def test_handoff_and_clarify_rates() -> None:
    rows = [
        result(action="handoff"),
        result(case("handoff"), "handoff"),
        result(action="clarify"),
        result(action="answer"),
    ]
    assert value("handoff_rate", *rows) == (0.5, 4)
    assert value("clarify_rate", *rows) == (0.25, 4)


def test_effective_handoff_rate() -> None:
    vague = case("clarify", ("surrender",), score_intent=False)
    rows = [
        result(action="handoff"),  # counts
        result(action="clarify", choices=choices("claim_amount", "surrender")),  # useful
        result(action="clarify", choices=choices("claim_amount")),  # counts
        result(action="clarify"),  # counts
        result(action="decline"),  # answerable declined: counts
        result(case("decline"), "decline"),  # rightly declined
        result(case("handoff"), "decline"),  # not answerable
        result(case(alt_action=("clarify",)), "decline"),  # not answerable either
        result(action="answer", intent="claim_amount"),  # answered wrongly, but answered
        result(vague, "clarify", choices=choices("surrender")),  # useful
        result(vague, "clarify", choices=choices("claim_amount")),  # counts
    ]
    assert value("effective_handoff_rate", *rows) == (5 / 11, 11)


def test_must_handoff_and_queue() -> None:
    def must(queue: str | None) -> CaseResult:
        return result(case("handoff", queue="claims"), "handoff", queue=queue)

    rows = [
        must("claims"),
        must("general"),
        must(None),
        result(case("handoff", queue="claims"), "answer", queue="claims"),  # missed
        result(case("handoff"), "handoff", queue="claims"),  # the row names no queue
        result(case("handoff", alt_action=("answer",), queue="claims"), "handoff", queue="claims"),
        result(case("answer", queue="claims"), "handoff", queue="claims"),
    ]
    assert value("must_handoff_recall", *rows) == (4 / 5, 5)
    assert value("queue_accuracy", *rows) == (1 / 3, 3)


def test_decline_recall() -> None:
    rows = [
        result(case("decline"), "decline"),
        result(case("decline"), "clarify"),
        result(case("decline", alt_action=("answer",)), "clarify"),
        result(case("decline"), "decline"),
    ]
    assert value("decline_recall", *rows) == (2 / 3, 3)


def test_intent_accuracy_and_top3() -> None:
    ranking = (("a", 0.4), ("b", 0.3), ("surrender", 0.2), ("claim_amount", 0.1))
    rows = [
        result(ranking=ranking),  # right, third
        result(case(intents=("claim_amount", "surrender")), ranking=ranking),  # the second one is right
        result(case(intents=("claim_amount",)), ranking=ranking),  # wrong, fourth
        result(case("handoff"), "handoff", "claim_amount", ranking=ranking),  # any action counts
        result(case(score_intent=False), ranking=ranking),  # not scored
        result(case(intents=(), score_intent=False), ranking=ranking),  # not scored
    ]
    assert value("intent_accuracy", *rows) == (0.5, 4)
    assert value("top3", *rows) == (0.75, 4)


def test_choice_hit_rate() -> None:
    rows = [
        result(action="clarify", choices=choices("a", "surrender")),
        result(action="clarify", choices=choices("a", "b")),
        result(action="clarify"),
        result(case(score_intent=False), "clarify", choices=choices("surrender")),
        result(action="answer", choices=choices("surrender")),
    ]
    assert value("choice_hit_rate", *rows) == (1 / 3, 3)


def test_nothing_to_count() -> None:
    metrics = measure([result(case("handoff", (), score_intent=False), "clarify")], np.ones(1))
    empty = {name for name, metric in metrics.items() if metric.value is None}
    assert empty == set(NAMES) - {
        "handoff_rate",
        "handoff_requested",
        "handoff_policy",
        "handoff_uncertain",
        "effective_handoff_rate",
        "clarify_rate",
        "must_handoff_recall",
        "cost_per_row",
    }
    assert all(metrics[name].n == 0 and metrics[name].low is None for name in empty)


def test_weights_count() -> None:
    rows = [result(action="handoff"), result(action="answer"), result(action="handoff")]
    metrics = measure(rows, np.array([1.0, 3.0, 0.0]))
    assert metrics["handoff_rate"].value == pytest.approx(0.25)
    assert metrics["handoff_rate"].n == 2


@pytest.mark.parametrize(
    ("reason", "part"),
    [
        ("asked_for_person", "requested"),
        ("uncertain", "uncertain"),
        ("vague", "uncertain"),
        ("failure", "uncertain"),
        ("emergency", "policy"),
        ("fraud", "policy"),
        ("privacy", "policy"),
        ("complaint", "policy"),
        ("complex_case", "policy"),
    ],
)
def test_handoff_split_by_reason(reason: Reason, part: str) -> None:
    rows = [result(action="handoff", reason=reason), result(action="clarify", reason=reason)]
    metrics = measure(rows, np.array([1.0, 3.0]))
    found = {name: metrics[f"handoff_{name}"].value for name in ("requested", "policy", "uncertain")}
    assert found == {"requested": 0.0, "policy": 0.0, "uncertain": 0.0, part: 0.25}


ACTIONS: tuple[Action, ...] = ("answer", "clarify", "handoff", "decline")
REASONS: tuple[Reason, ...] = ("asked_for_person", "uncertain", "complaint", "failure")
actions = st.sampled_from(ACTIONS)
intents = st.sampled_from(["surrender", "claim_process", "claim_amount"])
reasons = st.sampled_from(REASONS)


@st.composite
def any_result(draw: st.DrawFn) -> CaseResult:
    alt: list[Action] = draw(st.lists(actions, max_size=2))
    labels = tuple(draw(st.lists(intents, min_size=1, max_size=2, unique=True)))
    of = case(draw(actions), labels, alt_action=tuple(alt), score_intent=draw(st.booleans()))
    offered = choices(*draw(st.lists(intents, max_size=3)))
    return result(of, draw(actions), draw(intents), draw(reasons), choices=offered)


@settings(max_examples=40)
@given(st.lists(st.tuples(any_result(), st.floats(0.01, 100)), min_size=1, max_size=25))
def test_relations_between_metrics(rows: list[tuple[CaseResult, float]]) -> None:
    results, weights = [r for r, _ in rows], np.array([w for _, w in rows])
    metrics = measure(results, weights)
    parts = [metrics[f"handoff_{name}"].value or 0.0 for name in ("requested", "policy", "uncertain")]
    handoff, effective = metrics["handoff_rate"].value, metrics["effective_handoff_rate"].value
    assert handoff is not None
    assert effective is not None
    assert effective >= handoff - 1e-9
    assert sum(parts) == pytest.approx(handoff)
    for name, metric in metrics.items():
        if metric.value is not None and name != "cost_per_row":
            assert metric.low is not None
            assert metric.high is not None
            assert 0 <= metric.low <= metric.high <= 1
    json.dumps({name: metric.value for name, metric in metrics.items()}, allow_nan=False)


@settings(max_examples=25)
@given(st.lists(any_result(), min_size=1, max_size=20))
def test_order_of_rows_does_not_matter(results: list[CaseResult]) -> None:
    mirrored = results[::-1]
    ones = np.ones(len(results))
    forward, backward = measure(results, ones), measure(mirrored, ones)
    for name in NAMES:
        assert forward[name].value == pytest.approx(backward[name].value)
