"""Finds cuts whose promise holds with a stated probability: exact tests in a fixed order.

Learn then Test (Angelopoulos, Bates, Candès, Jordan and Lei 2021, arXiv 2110.01052): each
cut is a hypothesis "the promise does not hold here", and only cuts whose hypothesis is
refuted may be used. The p-values are those of the exact binomial distribution, as in
selective classification with guaranteed risk (Geifman and El-Yaniv 2017, arXiv 1705.08500).

The order of the tests comes from rows that are not tested on ("split fixed sequence", Learn
then Test, section 4.1): it begins where success is likeliest and goes on to lower cuts until
a test fails. A pair of promises needs no correction: the pair is false where either part is
false, and the larger of both p-values tests that (intersection-union test, Berger 1982).

All functions take counts over any number of leading axes, so that a simulation of thousands
of draws is one call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.statistics import chance_of_at_least, chance_of_at_most

LEVELS: NDArray[np.float64] = np.round(np.arange(0.20, 0.985, 0.01), 2)
"""Cuts of the answer that are tried, ascending; fixed before any data is seen."""


@dataclass(frozen=True, slots=True)
class Goals:
    """What is to be promised.

    Attributes:
        accuracy: Least share of answers that are right.
        handoff: Greatest share of rows that end with a person; 1 promises nothing.
    """

    accuracy: float
    handoff: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What came of the rows at each level.

    Attributes:
        answered: Integers [..., levels], rows answered.
        right: Integers [..., levels], answered rightly.
        handed: Integers [..., levels], rows that end with a person.
        rows: Integers [...], rows that ``handed`` is taken over.
    """

    answered: NDArray[np.int64]
    right: NDArray[np.int64]
    handed: NDArray[np.int64]
    rows: NDArray[np.int64]


def accuracy_p_values(counts: Counts, accuracy: float) -> NDArray[np.float64]:
    """Return the p-value against "at most this share of answers is right" for each level."""
    return chance_of_at_least(counts.right, counts.answered, accuracy)


def handoff_p_values(counts: Counts, handoff: float) -> NDArray[np.float64]:
    """Return the p-value against "at least this share of rows ends with a person" for each level."""
    if handoff >= 1:
        return np.zeros(counts.handed.shape)
    return chance_of_at_most(counts.handed, counts.rows[..., None], handoff)


def joint_p_values(counts: Counts, goals: Goals) -> NDArray[np.float64]:
    """Return the p-value against "one of both goals is missed" for each level."""
    return np.maximum(accuracy_p_values(counts, goals.accuracy), handoff_p_values(counts, goals.handoff))


def expected_margins(counts: Counts, goals: Goals, growth: float) -> NDArray[np.float64]:
    """Return how many standard errors the nearer goal is likely to be met by, for each level.

    Args:
        counts: Of the rows that choose.
        goals: What is to be promised.
        growth: Rows that will be tested on, for each row that chooses.
    """
    answered = np.maximum(counts.answered, 1) * growth
    share = (counts.right + 0.5) / (counts.answered + 1.0)
    accuracy = (share - goals.accuracy) * np.sqrt(answered / _spread(goals.accuracy))
    if goals.handoff >= 1:
        return np.asarray(accuracy)
    rows = np.maximum(counts.rows, 1)[..., None]
    surplus = (goals.handoff - counts.handed / rows) * np.sqrt(rows * growth / _spread(goals.handoff))
    return np.minimum(accuracy, surplus)


def _spread(share: float) -> float:
    return max(share * (1 - share), 1e-6)


def starting_level(counts: Counts, goals: Goals, growth: float) -> NDArray[np.int64]:
    """Return the level where the tests begin: where both goals are likeliest to be met."""
    return np.asarray(np.argmax(expected_margins(counts, goals, growth), axis=-1), dtype=np.int64)


def certified_levels(
    p_values: NDArray[np.float64], start: NDArray[np.int64], level: float
) -> NDArray[np.bool_]:
    """Test from ``start`` downwards until the first failure (fixed sequence, Bauer 1991).

    The chance that any level returned is false is at most ``level``, because the first
    false one in the order has to be passed at ``level`` by itself.

    Args:
        p_values: [..., levels].
        start: [...], where the order begins; chosen without the tested rows.
        level: The chance of error that may be spent.

    Returns:
        [..., levels]: the levels that passed.
    """
    levels = np.arange(p_values.shape[-1])
    skipped = levels > start[..., None]
    passed = (p_values <= level) | skipped
    unbroken = np.flip(np.logical_and.accumulate(np.flip(passed, -1), axis=-1), -1)
    return unbroken & ~skipped
