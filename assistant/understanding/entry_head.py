"""Which entry a text asks for, told from its vector alone: a softmax regression over all entries.

Near questions say how much an entry's wordings resemble a text; the regression has learnt what
tells the entry from its neighbours, and what belongs to people or to nobody competes with all of
them. It was fitted with the bundle: an entry written since is unknown to it, and what it would
say of that one is guessed from what search found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.intents import log_softmax
from knowledge_base.types import Candidate

Floats = NDArray[np.float32]
Numbers = NDArray[np.float64]

GUESSED_FROM = ("dense", "nearness", "centre")
"""The scores of a candidate that stand in for the head where it does not know the entry."""


@dataclass(frozen=True, slots=True)
class EntryHead:
    """Multinomial logistic regression over entries and the intents that no entry answers.

    Attributes:
        places: The row of each entry, and of each intent that no entry answers.
        weights: float32 [rows, dim].
        bias: float32 [rows].
        guess: float64 [1 + len(GUESSED_FROM)], intercept and weights of the guess.
    """

    places: Mapping[str, int]
    weights: Floats
    bias: Floats
    guess: Numbers

    def log_probabilities(self, vector: Floats, candidates: Sequence[Candidate]) -> Numbers:
        """Return float64 [candidates]: the log probability of each one's entry.

        Args:
            vector: float32 [dim], the text's encoder vector.
            candidates: Entries found, each with its scores.
        """
        logs = log_softmax(self.weights @ vector + self.bias)
        return np.array([self._log_of(candidate, logs) for candidate in candidates], dtype=np.float64)

    def _log_of(self, candidate: Candidate, logs: Floats) -> float:
        place = self.places.get(candidate.entry_id)
        return float(self.guess @ described(candidate) if place is None else logs[place])


def described(candidate: Candidate) -> Numbers:
    """Return float64 [1 + len(GUESSED_FROM)]: 1 and the scores that a guess rests on."""
    return np.array([1.0, *(getattr(candidate, name) for name in GUESSED_FROM)], dtype=np.float64)
