"""A row that other rows speak against; apart from what finds it, which loads scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NoiseSuggestion:
    """A row that other rows speak against.

    Attributes:
        row: Its index.
        given: Its label.
        suggested: What it probably is.
        given_probability: Out-of-fold probability of ``given``; ``probability`` of ``suggested``.
    """

    row: int
    given: str
    suggested: str
    given_probability: float
    probability: float
