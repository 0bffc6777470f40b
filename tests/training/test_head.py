"""The exported head equals scikit-learn's; the vote and the rounding keep what they should."""

import numpy as np
import pytest

from assistant.understanding.bundle import SHIPPED_BUNDLE, load_bundle
from assistant.understanding.intents import NEIGHBOURS
from knowledge_base.taxonomy import shipped_taxonomy
from training.bundles import quantise_rows, restore_rows
from training.corpus import SHIPPED_QUESTIONS, read_training_questions
from training.head import build_vote, export_head, fit_head


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


def test_the_vote_is_the_mean_of_the_nearest_of_each_intent(data):
    _, vectors, labels = data
    order = sorted(set(labels))
    vote = build_vote(vectors, labels, order, temperature=0.1)
    similarity = vectors @ vectors[0]
    means = []
    for label in order:
        own = np.sort(similarity[[one == label for one in labels]])[-NEIGHBOURS:]
        means.append(own.mean())
    logits = np.array(means) / 0.1
    expected = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    np.testing.assert_allclose(np.exp(vote.log_probabilities(vectors[0])), expected, atol=1e-4)


def test_rounding_to_int8_keeps_directions(data):
    _, vectors, _ = data
    quantised, scales = quantise_rows(vectors)
    assert quantised.dtype == np.int8
    restored = restore_rows(vectors)
    np.testing.assert_array_equal(restored, quantised.astype(np.float32) * scales[:, None])
    cosine = (restored * vectors).sum(axis=1) / np.linalg.norm(restored, axis=1)
    assert cosine.min() > 0.999


def test_training_questions_are_enough():
    questions = read_training_questions(SHIPPED_QUESTIONS, shipped_taxonomy())
    counts = {intent: sum(q.intent == intent for q in questions) for intent in shipped_taxonomy().intents}
    assert min(counts.values()) >= 100, counts
    assert counts["out_of_scope"] >= 200
