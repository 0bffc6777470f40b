"""Draws rows in strata, so that rare ones are there and all stand for their share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from evaluation.cases import values_of
from evaluation.statistics import SEED
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError


def sample_stratified(
    cases: Sequence[Case], n: int, by: str, *, least: int = 1, seed: int = SEED
) -> tuple[Case, ...]:
    """Draw about ``n`` rows: each stratum its share, but at least ``least`` rows or all it has.

    A drawn row's weight is multiplied by the rows of its stratum for each one drawn, so that
    weighted figures of the sample estimate those of all rows.

    Source: W. Cochran, Sampling Techniques (1977), chapter 5, with proportional allocation.

    Args:
        cases: All rows.
        n: How many are wanted, at least 1.
        by: The field that makes the strata, such as ``intent``; of a list its first by the alphabet.
        least: Rows of a small stratum.
        seed: Seed of the draws.

    Returns:
        The drawn rows in their order.

    Raises:
        InvalidInputError: No row carries the field, or ``n`` is no number of rows.
    """
    if not 1 <= n <= len(cases):
        raise InvalidInputError(f"{n} rows cannot be drawn from {len(cases)}; ask for 1 to {len(cases)}.")
    strata: dict[str, list[int]] = {}
    for row, case in enumerate(cases):
        strata.setdefault(min(values_of(case, by), default=""), []).append(row)
    if set(strata) == {""}:
        raise InvalidInputError(f"no row has the field {by!r} to draw by; check its name")
    draws = np.random.default_rng(seed)
    drawn: dict[int, float] = {}
    for _, rows in sorted(strata.items()):
        size = min(len(rows), max(least, round(n * len(rows) / len(cases))))
        drawn |= {int(row): len(rows) / size for row in draws.choice(rows, size, replace=False)}
    return tuple(replace(cases[row], weight=cases[row].weight * drawn[row]) for row in sorted(drawn))
