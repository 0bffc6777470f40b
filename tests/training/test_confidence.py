"""Ranking puts the right candidate first; confidence is a probability and keeps the order."""

from types import SimpleNamespace

import numpy as np
import pytest

from assistant.understanding.confidence import (
    CROSSED,
    FEATURES,
    STANDING,
    WEIGHED,
    ConfidenceModel,
    Crossing,
    with_standing,
)
from training.confidence import (
    crossfit_probabilities,
    fit_confidence,
    fit_ranking,
    top_calibration_error,
)

ROWS = 600


@pytest.fixture(scope="module")
def observations():
    """Rows of five candidates; the first two features tell which one is right, the others are noise."""
    rng = np.random.default_rng(11)
    made = []
    for _ in range(ROWS):
        features = rng.normal(size=(5, len(FEATURES)))
        logits = 2.0 * features[:, 0] + features[:, 1]
        answerable = rng.random() < 0.8
        right = np.zeros(5, dtype=np.bool_)
        if answerable:
            chances = np.exp(logits - logits.max())
            right[rng.choice(5, p=chances / chances.sum())] = True
        of_query = np.full(len(STANDING) - 2, 0.0)
        of_query[0] = rng.normal(0.0 if answerable else 2.0, 1.0)
        made.append(SimpleNamespace(features=features, of_query=of_query, right=right))
    return made


def test_the_ranking_finds_what_decides(observations):
    weights = fit_ranking(observations)
    assert weights[0] == pytest.approx(2.0, abs=0.4)
    assert weights[1] == pytest.approx(1.0, abs=0.4)
    assert np.abs(weights[2:]).max() < 0.3


def test_confidence_is_calibrated_and_keeps_the_order(observations):
    model = fit_confidence(observations)
    for one in observations[:50]:
        chances = model.probabilities(one.features, one.of_query)
        assert ((chances > 0) & (chances < 1)).all()
        order = np.argsort(-model.scores(one.features))
        assert (np.diff(chances[order]) < 0).all()
    probabilities = crossfit_probabilities(observations, seed=1)
    assert top_calibration_error(observations, probabilities) < 0.08


def test_a_lone_candidate_leads_nobody():
    described = with_standing(np.zeros((1, len(FEATURES))), np.zeros(1), np.zeros(len(STANDING) - 2))
    assert described.shape == (1, len(FEATURES) + len(STANDING))
    assert described[0, len(FEATURES) : len(FEATURES) + 2].tolist() == [0.0, 1.0]


def test_no_candidate_has_no_probability():
    crossing = Crossing(np.zeros(len(CROSSED)), np.ones(len(CROSSED)))
    model = ConfidenceModel(np.zeros(len(FEATURES)), crossing, np.zeros(WEIGHED), 0.0)
    empty = model.probabilities(np.empty((0, len(FEATURES))), np.zeros(len(STANDING) - 2))
    assert empty.shape == (0,)


def test_products_are_of_standardised_features_and_cut_off():
    width = len(FEATURES) + len(STANDING)
    described = np.zeros((2, width))
    described[:, FEATURES.index("nearness")] = (3.0, 100.0)
    crossing = Crossing(np.ones(len(CROSSED)), np.full(len(CROSSED), 2.0))
    products = crossing.extend(described)[:, width:]
    assert products.shape == (2, WEIGHED - width)
    # (3 - 1) / 2 = 1 by itself, and by the others, which stand at (0 - 1) / 2.
    assert products[0, : len(CROSSED)].tolist() == [1.0, -0.5, -0.5, -0.5, -0.5]
    assert products[1, 0] == pytest.approx(2.5**2)


def test_a_feature_that_never_varies_does_not_divide_by_zero():
    crossing = Crossing.fitted_on(np.zeros((4, len(FEATURES) + len(STANDING))))
    assert crossing.spread.tolist() == [1.0] * len(CROSSED)
