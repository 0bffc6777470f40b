"""How far several people agree in their labels beyond chance, with intervals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.statistics import bootstrap_interval, cohen_kappa, proportion
from evaluation.types import Metric

Judgements = Sequence[Sequence[Hashable | None]]
"""For each item the label of each person, None where a person gave none."""
_Figure = Callable[[Sequence[Sequence[Hashable]]], float | None]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement over the items that at least two people labelled.

    Attributes:
        same: Share of items with one label from everybody.
        kappa: Cohen's, of the first two labels of each item; value None where it is undefined.
        alpha: Krippendorff's for nominal labels; likewise.
    """

    items: int
    same: Metric
    kappa: Metric
    alpha: Metric


def agreement_of(judgements: Judgements) -> Agreement:
    """Return the agreement; items with fewer than two labels tell nothing and are left out.

    Intervals of kappa and alpha are bootstrap intervals over items, from draws where they are defined.
    """
    items = [[label for label in item if label is not None] for item in judgements]
    paired = [item for item in items if len(item) > 1]
    same = np.array([len(set(item)) == 1 for item in paired], dtype=bool)
    return Agreement(
        len(paired),
        proportion(same, np.ones(len(paired))),
        _with_interval(paired, lambda drawn: cohen_kappa(*_first_two(drawn))),
        _with_interval(paired, krippendorff_alpha),
    )


def krippendorff_alpha(items: Sequence[Sequence[Hashable]]) -> float | None:
    """Return 1 - observed / expected disagreement of nominal labels, 1 for perfect agreement.

    ``None`` where it is undefined: no item has two labels, or all labels are one and the same.

    Source: K. Krippendorff, Content Analysis (2004), chapter 11, by coincidences: each pair of
    labels of an item of m labels counts 1 / (m - 1).

    Args:
        items: The labels of each item, of any number of people.
    """
    paired = [item for item in items if len(item) > 1]
    totals = Counter(label for item in paired for label in item)
    n = sum(totals.values())
    if len(totals) < 2:
        return None
    agreeing = sum(
        sum(count * (count - 1) for count in Counter(item).values()) / (len(item) - 1) for item in paired
    )
    by_chance = sum(count * (count - 1) for count in totals.values()) / (n - 1)
    return 1 - (n - agreeing) / (n - by_chance)


def _first_two(items: Sequence[Sequence[Hashable]]) -> tuple[list[Hashable], list[Hashable]]:
    return [item[0] for item in items], [item[1] for item in items]


def _with_interval(items: Sequence[Sequence[Hashable]], figure: _Figure) -> Metric:
    value = figure(items)
    if value is None:
        return Metric(None, None, None, len(items))

    def drawn(rows: NDArray[np.intp]) -> float:
        found = figure([items[row] for row in rows])
        return 1.0 if found is None else found  # only one label was drawn: all agree

    low, high = bootstrap_interval(drawn, len(items))
    return Metric(value, min(low, value), max(high, value), len(items))
