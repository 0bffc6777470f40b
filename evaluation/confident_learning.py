"""Which labels are probably wrong, by probabilities of a model that has not seen their rows.

Source: C. Northcutt, L. Jiang and I. Chuang, "Confident learning: estimating uncertainty in
dataset labels", Journal of Artificial Intelligence Research 70 (2021), 1373-1411.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

Floats = NDArray[np.float64]
Labels = NDArray[np.intp]
Bools = NDArray[np.bool_]


def pooled(opinions: Sequence[Floats], given: Labels) -> Floats:
    """Return the calibrated probabilities of one or several models together, float64 [rows, labels].

    The weighted sum of their log probabilities, the weights being those that make the given
    labels likeliest: of one model this is temperature scaling.

    Source: C. Guo et al., "On calibration of modern neural networks", ICML 2017; several models:
    C. Genest and J. Zidek, "Combining probability distributions", Statistical Science 1 (1986), 114-135.

    Args:
        opinions: Log probabilities by each model, finite, each float64 [rows, labels].
        given: The labels, [rows].
    """
    stacked, rows = np.stack(opinions), np.arange(len(given))

    def loss(weights: Floats) -> tuple[float, Floats]:
        logs = special.log_softmax(np.tensordot(weights, stacked, 1), axis=1)
        slope = (np.exp(logs) * stacked).sum(axis=2) - stacked[:, rows, given]
        return -float(logs[rows, given].mean()), slope.mean(axis=1)

    start = np.full(len(opinions), 1 / len(opinions))
    fitted = optimize.minimize(loss, start, jac=True, bounds=[(0, None)] * len(opinions))
    return np.asarray(special.softmax(np.tensordot(fitted.x, stacked, 1), axis=1))


def confident_joint(probabilities: Floats, given: Labels) -> Floats:
    """Return about how many rows were given one label and have another, float64 [given, true].

    A row confidently has a label if its probability reaches the mean probability that the rows
    given that label have for it; of several the most probable. The counts of each given label are
    scaled to all of its rows (equations 1 to 3 of the source).

    Args:
        probabilities: float64 [rows, labels].
        given: The labels, [rows]; every label has rows.
    """
    labels = probabilities.shape[1]
    cuts = np.array([probabilities[given == label, label].mean() for label in range(labels)])
    reached = np.where(probabilities >= cuts, probabilities, -1.0)
    confident = reached.max(axis=1) >= 0
    counts = np.zeros((labels, labels))
    np.add.at(counts, (given[confident], reached[confident].argmax(axis=1)), 1)
    bare = counts.sum(axis=1) == 0
    counts[bare, bare] = 1
    scaled = counts / counts.sum(axis=1, keepdims=True) * np.bincount(given, minlength=labels)[:, None]
    return np.asarray(scaled)


def probably_wrong(probabilities: Floats, given: Labels) -> Bools:
    """Return the rows whose label is probably wrong: those that both prunings take (section 3.2).

    Of each pair of a given and another label as many rows as the joint counts, those with the largest
    margin first; and of each given label as many rows as the joint counts elsewhere, the least
    probable first.
    """
    joint = confident_joint(probabilities, given)
    by_pair, by_label = np.zeros(len(given), dtype=bool), np.zeros(len(given), dtype=bool)
    for label, counts in enumerate(joint):
        rows = np.flatnonzero(given == label)
        of = probabilities[rows]
        by_label[_lowest(rows, of[:, label], counts.sum() - counts[label])] = True
        for other in np.flatnonzero(np.arange(len(counts)) != label):
            by_pair[_lowest(rows, of[:, label] - of[:, other], counts[other])] = True
    return by_pair & by_label


def _lowest(rows: Labels, values: Floats, count: float) -> Labels:
    return rows[np.argsort(values, kind="stable")[: round(float(count))]]
