"""Fitting the entry head and what stands in for it."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from knowledge_base.search.search import IndexedQuestion
from knowledge_base.types import Candidate
from training.entry_head import HeadPlan, class_of, fit_entry_head, with_guess

CLASSES = 12


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def clouds():
    """Clouds of unit vectors that overlap in all but a few directions."""
    rng = np.random.default_rng(5)
    centres = unit(rng.normal(size=(CLASSES, 16)) * ([1.0] * 4 + [0.2] * 12) + 1.0)

    def draw(count):
        rows = rng.integers(0, CLASSES, count)
        return unit(centres[rows] + rng.normal(scale=0.12, size=(count, 16))), [f"e.{row}" for row in rows]

    return draw(1500), draw(600)


def accuracy(head, vectors, names):
    logits = vectors @ head.weights.T + head.bias
    return np.mean([head.places[name] for name in names] == logits.argmax(axis=1))


def test_it_tells_classes_as_well_as_scikit_learn(clouds):
    (vectors, names), (others, asked) = clouds
    head = fit_entry_head(vectors, names, seed=1)
    exact = LogisticRegression(C=100.0, max_iter=2000).fit(vectors, names)
    assert accuracy(head, others, asked) >= exact.score(others, asked) - 0.02
    centres = fit_entry_head(vectors, names, seed=1, plan=HeadPlan(epochs=0))
    assert accuracy(head, others, asked) > accuracy(centres, others, asked)


def test_the_same_seed_gives_the_same_head_and_what_has_no_class_teaches_nothing(clouds):
    (vectors, names), _ = clouds
    one, two = (fit_entry_head(vectors, names, seed=3) for _ in range(2))
    assert np.array_equal(one.weights, two.weights)
    unlabelled = np.vstack([vectors, vectors[:50]])
    assert np.array_equal(fit_entry_head(unlabelled, [*names, *[""] * 50], seed=3).weights, one.weights)


def test_it_is_stored_as_it_serves(clouds):
    (vectors, names), _ = clouds
    head = fit_entry_head(vectors, names, seed=1)
    assert np.array_equal(head.weights.astype(np.float16).astype(np.float32), head.weights)


def test_the_class_of_a_question():
    def question(entry_id, intent):
        return IndexedQuestion(entry_id, 1, "x", intent, "x")

    unanswered = frozenset({"complaint_claim"})
    assert class_of(question("surrender.how", "surrender"), unanswered) == "surrender.how"
    assert class_of(question("", "complaint_claim"), unanswered) == "complaint_claim"
    assert class_of(question("", "surrender"), unanswered) == ""


def test_the_guess_follows_the_scores_of_search(clouds):
    (vectors, names), (others, _) = clouds
    head = fit_entry_head(vectors, names, seed=1)
    found = []
    for vector in others[:200]:
        told = head.weights @ vector + head.bias
        logs = told - np.log(np.exp(told - told.max()).sum()) - told.max()
        found.append(
            [Candidate(name, 1, "x", 0.1 * logs[p], 0, 0, 1, centre=0.3) for name, p in head.places.items()]
        )
    guessing = with_guess(head, others[:200], found)
    new = Candidate("e.new", 1, "x", -0.5, 0, 0, 1, centre=0.3)
    assert guessing.log_probabilities(others[0], [new]) == pytest.approx([-5.0], abs=0.01)
