"""Suggests rows whose intent is probably mislabelled: confident learning on out-of-fold probabilities.

Source: C. Northcutt, L. Jiang and I. Chuang, "Confident learning: estimating uncertainty in
dataset labels", Journal of Artificial Intelligence Research 70 (2021), 1373-1411.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from evaluation.noise_suggestion import NoiseSuggestion
from evaluation.statistics import SEED
from knowledge_base.errors import InvalidInputError

FOLDS = 5
_SCALE = 10.0
"""Factor on the unit-length vectors: with the usual penalty they would hardly tell intents apart."""


def suggest_noise(
    vectors: NDArray[np.float32],
    labels: Sequence[str],
    acceptable: Sequence[Sequence[str]],
    groups: Sequence[object],
) -> tuple[NoiseSuggestion, ...]:
    """Return rows that are probably mislabelled, the surest first.

    Labels of fewer than ``FOLDS`` rows are left out: nothing can be learnt of them.

    Args:
        vectors: float32 [rows, dim], unit length.
        labels: The label of each row.
        acceptable: All labels that each row accepts; none of them is suggested.
        groups: Rows of one group, such as equal questions, stay in one fold.

    Raises:
        InvalidInputError: Fewer than two labels have enough rows.
    """
    enough = {label for label, count in Counter(labels).items() if count >= FOLDS}
    kept = [row for row, label in enumerate(labels) if label in enough]
    if len(enough) < 2:
        raise InvalidInputError(
            f"label noise cannot be looked for: fewer than two intents have {FOLDS} rows. "
            "Check more rows at once."
        )
    names = sorted(enough)
    given = np.array([names.index(labels[row]) for row in kept])
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups[row] for row in kept))}
    folds = np.array([numbers[groups[row]] for row in kept])
    probabilities = out_of_fold(vectors[kept], given, folds, len(names))
    suggested = confident_labels(probabilities, given)
    found = [
        NoiseSuggestion(row, names[g], names[s], float(p[g]), float(p[s]))
        for row, g, s, p in zip(kept, given, suggested, probabilities, strict=True)
        if s != g and names[s] not in acceptable[row]
    ]
    return tuple(sorted(found, key=lambda one: one.given_probability - one.probability))


def out_of_fold(
    vectors: NDArray[np.float32], given: NDArray[np.intp], groups: NDArray[np.intp], labels: int
) -> NDArray[np.float64]:
    """Return for each row the probabilities of a model that has not seen it, float64 [rows, labels]."""
    found = np.zeros((len(given), labels))
    splits = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED % 2**32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a label whose rows are one group is in one fold
        warnings.simplefilter("ignore", ConvergenceWarning)
        for train, test in splits.split(vectors, given, groups):
            model = LogisticRegression(max_iter=300).fit(vectors[train] * _SCALE, given[train])
            found[np.ix_(test, model.classes_)] = model.predict_proba(vectors[test] * _SCALE)
    return found


def confident_labels(probabilities: NDArray[np.float64], given: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the label that each row confidently has; its given one where none is confident.

    A row confidently has a label if its probability reaches the mean probability that the rows
    given that label have for it; of several the most probable (equations 1 and 2 of the source).

    Args:
        probabilities: float64 [rows, labels], out of fold.
        given: The labels, [rows].
    """
    cuts = np.array([probabilities[given == label, label].mean() for label in range(probabilities.shape[1])])
    confident = np.where(probabilities >= cuts, probabilities, -1.0)
    return np.asarray(np.where(confident.max(axis=1) >= 0, confident.argmax(axis=1), given))
