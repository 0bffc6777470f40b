"""Every metric that is a mean over rows: what a row scores in it, if it counts at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evaluation.costs import Prices, cost_of
from evaluation.metrics import SHARES
from evaluation.retrieval_scores import hit_at, names_entries, ndcg, reciprocal_rank
from evaluation.types import CaseResult

MACRO_F1 = "intent_macro_f1"
MACRO_F1_STRICT = "intent_macro_f1_strict"
COST = "cost_per_row"


@dataclass(frozen=True, slots=True)
class Retrieval:
    """A score of the entries found, over rows that name right entries.

    Attributes:
        about: What it says, in a few words for reports.
    """

    name: str
    about: str
    score: Callable[[CaseResult], float]


RETRIEVAL = (
    Retrieval("hit_at_1", "rows with a right entry found first", lambda r: hit_at(r, 1)),
    Retrieval("hit_at_3", "rows with a right entry among three", lambda r: hit_at(r, 3)),
    Retrieval("hit_at_10", "rows with a right entry among ten", lambda r: hit_at(r, 10)),
    Retrieval("mrr", "1 / rank of the first right entry, averaged", reciprocal_rank),
    Retrieval("ndcg_at_10", "gain of right entries over the ideal order", ndcg),
)
MEANS = frozenset({"mrr", "ndcg_at_10", COST})
"""Means that are no shares of rows."""

ROW_SCORES: tuple[str, ...] = (*(s.name for s in SHARES), *(r.name for r in RETRIEVAL), COST)
METRIC_NAMES: tuple[str, ...] = (
    *(share.name for share in SHARES[:9]),
    MACRO_F1,
    *(share.name for share in SHARES[9:]),
    MACRO_F1_STRICT,
    *(retrieval.name for retrieval in RETRIEVAL),
    COST,
)
ABOUT = (
    {share.name: share.about for share in SHARES}
    | {retrieval.name: retrieval.about for retrieval in RETRIEVAL}
    | {MACRO_F1: "F1 averaged over intents", MACRO_F1_STRICT: "the same by the primary intent alone"}
    | {COST: "price of mistakes, averaged over rows"}
)


def scores_of(result: CaseResult, prices: Prices) -> dict[str, float]:
    """Return what a row scores in every metric that it counts in, by name."""
    scores = {share.name: float(share.succeeds(result)) for share in SHARES if share.counts(result)}
    if names_entries(result):
        scores |= {retrieval.name: retrieval.score(result) for retrieval in RETRIEVAL}
    scores[COST] = cost_of(result, prices)
    return scores
