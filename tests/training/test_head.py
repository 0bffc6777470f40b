"""The exported head equals scikit-learn's; the vote and the rounding keep what they should."""

import numpy as np
import pytest

from assistant.understanding.bundle import SHIPPED_BUNDLE, load_bundle
from assistant.understanding.intents import COMPLEX_CASE, IntentModel, NeighbourVote, Voters
from knowledge_base.taxonomy import shipped_taxonomy
from training.corpus import SHIPPED_QUESTIONS, read_training_questions
from training.head import export_head, fit_head, rounded


@pytest.fixture(scope="module")
def data():
    """Every ninth training question with the shipped encoder's vectors."""
    questions = read_training_questions(SHIPPED_QUESTIONS, shipped_taxonomy())[::9]
    texts = [question.normalized for question in questions]
    vectors = load_bundle(SHIPPED_BUNDLE).encoder.encode(texts)
    return texts, vectors, [question.intent for question in questions]


def test_numpy_equals_scikit_learn(data):
    texts, vectors, labels = data
    fitted = fit_head(texts, vectors, labels, seed=1)
    ngrams, head = export_head(fitted, vectors.shape[1])
    unseen = ["从没见过的一句话", "abc", "", "退保退保退保", *texts[:50]]
    unseen_vectors = np.vstack([vectors[:4], vectors[:50]])
    expected = fitted.predict_probabilities(unseen, unseen_vectors)
    found = np.stack(
        [
            np.exp(head.log_probabilities(v, *ngrams.transform(t)))
            for t, v in zip(unseen, unseen_vectors, strict=True)
        ]
    )
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_half_precision_moves_no_probability_by_a_thousandth(data):
    texts, vectors, labels = data
    ngrams, head = export_head(fit_head(texts, vectors, labels, seed=1), vectors.shape[1])
    for text, vector in zip(texts[:50], vectors[:50], strict=True):
        given = vector, *ngrams.transform(text)
        exact, kept = head.log_probabilities(*given), rounded(head).log_probabilities(*given)
        np.testing.assert_allclose(np.exp(kept), np.exp(exact), atol=1e-3)


def test_the_vote_is_the_mean_of_the_nearest_of_each_intent():
    voters = Voters(["a", "b", "a", "a", "a", "b"], np.array([0.9, 0.8, 0.7, 0.5, 0.4, 0.3], np.float32))
    # The fourth question of a does not count; b and c are lent the farthest cosine.
    means = np.array([(0.9 + 0.7 + 0.5) / 3, (0.8 + 0.3 + 0.3) / 3, 0.3])
    logits = means / 0.1
    expected = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    found = np.exp(NeighbourVote(0.1).log_probabilities(voters, ("a", "b", "c")))
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_without_voters_every_intent_is_equally_likely():
    nobody = Voters([], np.empty(0, np.float32))
    found = np.exp(NeighbourVote(0.1).log_probabilities(nobody, ("a", "b")))
    np.testing.assert_allclose(found, [0.5, 0.5], atol=1e-6)


def test_the_complex_label_is_told_apart_from_the_intents(data):
    texts, vectors, labels = data
    marked = [COMPLEX_CASE if i % 7 == 0 else label for i, label in enumerate(labels)]
    fitted = fit_head(texts, vectors, marked, seed=1)
    ngrams, head = export_head(fitted, vectors.shape[1])
    order = tuple(map(str, fitted.classifier.classes_))
    model = IntentModel(order, ngrams, head, NeighbourVote(0.05), 0.5, 1.0)
    near = Voters([COMPLEX_CASE, labels[1]], np.array([0.9, 0.5], np.float32))
    found = model.predict(texts[0], vectors[0], near)
    assert COMPLEX_CASE not in dict(found.ranking)
    assert sum(chance for _, chance in found.ranking) == pytest.approx(1.0)
    assert 0.0 < found.complex_case < 1.0


def test_training_questions_are_enough():
    questions = read_training_questions(SHIPPED_QUESTIONS, shipped_taxonomy())
    counts = {intent: sum(q.intent == intent for q in questions) for intent in shipped_taxonomy().intents}
    assert min(counts.values()) >= 100, counts
    assert counts["out_of_scope"] >= 200
