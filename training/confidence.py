"""Fits the probability that an entry answers a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from assistant.understanding.confidence import ConfidenceModel
from evaluation.statistics import expected_calibration_error
from training.observations import Observation

FOLDS = 5
REGULARISATION = 1.0


def fit_confidence(observations: Sequence[Observation]) -> ConfidenceModel:
    """Fit logistic regression on every candidate of every row.

    Rows that belong to a person or to nobody count too: all their candidates
    are wrong. The scaling of features is folded into the weights.
    """
    features = np.concatenate([o.features for o in observations])
    right = np.concatenate([o.right for o in observations])
    scaler = StandardScaler().fit(features)
    model = LogisticRegression(C=REGULARISATION, max_iter=2000)
    model.fit(scaler.transform(features), right)
    weights = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - weights @ scaler.mean_)
    ranker = ConfidenceModel(weights, bias)
    return _calibrate_top(ranker, observations)


def _calibrate_top(ranker: ConfidenceModel, observations: Sequence[Observation]) -> ConfidenceModel:
    """Rescale so that the probability is right for the top entry (Platt 1999).

    The best of twenty candidates is right more or less often than a candidate
    with its features at large, so its log odds are fitted once more.
    """
    tops = [(o, int(ranker.probabilities(o.features).argmax())) for o in observations if len(o.features)]
    odds = np.array([[o.features[top] @ ranker.weights + ranker.bias] for o, top in tops])
    right = np.array([o.right[top] for o, top in tops])
    platt = LogisticRegression(C=1e6).fit(odds, right)
    slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    if slope <= 0:
        return ranker
    return ConfidenceModel(ranker.weights * slope, ranker.bias * slope + shift)


def crossfit_probabilities(observations: Sequence[Observation], seed: int) -> list[NDArray[np.float64]]:
    """Return each row's candidate probabilities from a model that never saw the row."""
    found: list[NDArray[np.float64]] = [np.empty(0)] * len(observations)
    for rest, held in KFold(FOLDS, shuffle=True, random_state=seed).split(observations):
        model = fit_confidence([observations[i] for i in rest])
        for i in held:
            found[i] = model.probabilities(observations[i].features)
    return found


def top_calibration_error(
    observations: Sequence[Observation], probabilities: Sequence[NDArray[np.float64]], bins: int = 15
) -> float:
    """Return the expected calibration error of the top entry's probability."""
    tops = [
        (p.max(), o.right[p.argmax()]) for o, p in zip(observations, probabilities, strict=True) if len(p)
    ]
    return expected_calibration_error(
        np.array([p for p, _ in tops]), np.array([r for _, r in tops], dtype=np.bool_), bins
    )
