"""Fits the ranking of candidates, and the probability that the top one answers a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from assistant.understanding.confidence import ConfidenceModel, Crossing, with_standing
from evaluation.statistics import expected_calibration_error
from training.observations import Observation

Numbers = NDArray[np.float64]

FOLDS = 5
RANKING_PENALTY = 1.0
CONFIDENCE_PENALTY = 0.1
"""Inverse strength of the confidence's ridge (scikit-learn's C). Both by cross-validation
on the calibration set."""


def fit_confidence(observations: Sequence[Observation]) -> ConfidenceModel:
    """Fit ranking and confidence.

    Confidence learns from the top candidate of every row; rows that belong to a person
    or to nobody count too: their top candidate is wrong. It sees rankings made without
    the row at hand, because a row ranks better where it was learnt from.
    """
    ranking = fit_ranking(observations)
    rows, right = [], []
    for rest, held in _folds(observations):
        partial = fit_ranking([observations[i] for i in rest])
        for one in (observations[i] for i in held):
            if len(one.features):
                scores = one.features @ partial
                rows.append(with_standing(one.features, scores, one.of_query)[scores.argmax()])
                right.append(one.right[scores.argmax()])
    described = np.array(rows)
    crossing = Crossing.fitted_on(described)
    weights, bias = _logistic(crossing.extend(described), np.array(right))
    return ConfidenceModel(ranking, crossing, weights, bias)


def fit_ranking(observations: Sequence[Observation]) -> Numbers:
    """Fit float64 [features] that put a right candidate first.

    The loss is the negative log of the softmax mass on right candidates (ListNet's
    top-one probability; Cao et al., "Learning to Rank", ICML 2007), with a ridge.
    Rows without a right candidate teach nothing about the order.
    """
    taught = [one for one in observations if one.right.any()]
    scaler = StandardScaler().fit(np.concatenate([one.features for one in taught]))
    features, there, right = _padded(taught, scaler)

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        logits = np.where(there, features @ weights, -np.inf)
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        mass = np.maximum((chances * right).sum(axis=1, keepdims=True), 1e-12)
        gradient = np.einsum("nk,nkf->f", chances - chances * right / mass, features)
        penalty = RANKING_PENALTY * weights
        return float(-np.log(mass).sum() + penalty @ weights / 2), gradient + penalty

    start = np.zeros(features.shape[2])
    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x / scaler.scale_)


def _padded(
    observations: Sequence[Observation], scaler: StandardScaler
) -> tuple[Numbers, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return scaled features [rows, most, features], which cells are used, which are right."""
    most = max(len(one.features) for one in observations)
    features = np.zeros((len(observations), most, observations[0].features.shape[1]))
    there = np.zeros((len(observations), most), dtype=np.bool_)
    right = np.zeros_like(there)
    for row, one in enumerate(observations):
        count = len(one.features)
        features[row, :count] = scaler.transform(one.features)
        there[row, :count] = True
        right[row, :count] = one.right
    return features, there, right


def _logistic(rows: Numbers, right: NDArray[np.bool_]) -> tuple[Numbers, float]:
    """Return the weights and bias of a logistic regression, the scaling folded in."""
    scaler = StandardScaler().fit(rows)
    model = LogisticRegression(C=CONFIDENCE_PENALTY, max_iter=2000).fit(scaler.transform(rows), right)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def _folds(observations: Sequence[Observation], seed: int = 0) -> list[tuple[NDArray[np.int64], ...]]:
    return list(KFold(FOLDS, shuffle=True, random_state=seed).split(observations))


def crossfit_probabilities(observations: Sequence[Observation], seed: int) -> list[Numbers]:
    """Return each row's candidate probabilities from a model that never saw the row."""
    found: list[Numbers] = [np.empty(0)] * len(observations)
    for rest, held in _folds(observations, seed):
        model = fit_confidence([observations[i] for i in rest])
        for i in held:
            found[i] = model.probabilities(observations[i].features, observations[i].of_query)
    return found


def top_calibration_error(
    observations: Sequence[Observation], probabilities: Sequence[Numbers], bins: int = 15
) -> float:
    """Return the expected calibration error of the top entry's probability."""
    tops = [
        (p.max(), o.right[p.argmax()]) for o, p in zip(observations, probabilities, strict=True) if len(p)
    ]
    return expected_calibration_error(
        np.array([p for p, _ in tops]), np.array([r for _, r in tops], dtype=np.bool_), bins
    )
