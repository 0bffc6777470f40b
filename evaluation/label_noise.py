"""Suggests rows whose intent is probably mislabelled, by what the other rows teach."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from evaluation.confident_learning import pooled, probably_wrong
from evaluation.noise_suggestion import NoiseSuggestion
from evaluation.statistics import SEED
from knowledge_base.errors import InvalidInputError

FOLDS = 5
_PENALTY = 9.0
"""Inverse strength of the penalty: of 1, 9, 100 and 400 the one with the likeliest labels in the
shipped sets; a stronger one hardly tells intents apart, a weaker one learns wrong labels by heart."""

_FAINTEST = -15.0
"""Log probability of what a model thinks impossible, or does not know."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a model that was trained on other rows thinks of these.

    Attributes:
        labels: The labels it knows.
        log_probabilities: float [rows, labels].
    """

    labels: Sequence[str]
    log_probabilities: NDArray[np.float32]


def suggest_noise(
    vectors: NDArray[np.float32],
    labels: Sequence[str],
    acceptable: Sequence[Sequence[str]],
    groups: Sequence[object],
    opinion: Opinion | None = None,
) -> tuple[NoiseSuggestion, ...]:
    """Return rows that are probably mislabelled, the largest margin of another label first.

    Labels of fewer than ``FOLDS`` rows are left out: nothing can be learnt of them.

    Args:
        vectors: float32 [rows, dim], unit length.
        labels: The label of each row.
        acceptable: All labels that each row accepts; none of them is suggested.
        groups: Rows of one group, such as equal questions, stay in one fold.
        opinion: Another model's, pooled with that of the other rows.

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
    opinions = [out_of_fold(vectors[kept], given, _numbered([groups[row] for row in kept]), len(names))]
    if opinion is not None:
        opinions.append(_columns(opinion, names)[kept])
    probabilities = pooled(opinions, given)
    found = [
        _suggestion(kept[at], names, int(given[at]), probabilities[at])
        for at in np.flatnonzero(probably_wrong(probabilities, given))
    ]
    doubtful = (one for one in found if one.suggested not in (one.given, *acceptable[one.row]))
    return tuple(sorted(doubtful, key=lambda one: one.given_probability - one.probability))


def _numbered(groups: Sequence[object]) -> NDArray[np.intp]:
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    return np.array([numbers[group] for group in groups])


def _suggestion(
    row: int, names: Sequence[str], given: int, probabilities: NDArray[np.float64]
) -> NoiseSuggestion:
    best = int(probabilities.argmax())
    return NoiseSuggestion(
        row, names[given], names[best], float(probabilities[given]), float(probabilities[best])
    )


def _columns(opinion: Opinion, names: Sequence[str]) -> NDArray[np.float64]:
    """Return an opinion of the labels ``names``, float64 [rows, names]."""
    found = np.full((len(opinion.log_probabilities), len(names)), _FAINTEST)
    for column, name in enumerate(names):
        if name in opinion.labels:
            found[:, column] = opinion.log_probabilities[:, opinion.labels.index(name)]
    return np.asarray(np.maximum(found, _FAINTEST))


def out_of_fold(
    vectors: NDArray[np.float32], given: NDArray[np.intp], groups: NDArray[np.intp], labels: int
) -> NDArray[np.float64]:
    """Return for each row the log probabilities of a model that has not seen it, float64 [rows, labels]."""
    found = np.full((len(given), labels), _FAINTEST)
    splits = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED % 2**32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a label whose rows are one group is in one fold
        warnings.simplefilter("ignore", ConvergenceWarning)
        for train, test in splits.split(vectors, given, groups):
            model = LogisticRegression(C=_PENALTY, max_iter=300, tol=1e-3).fit(vectors[train], given[train])
            logs = model.predict_log_proba(vectors[test])
            found[np.ix_(test, model.classes_)] = np.maximum(logs, _FAINTEST)
    return found
