"""How well the entries found fit: hit@k, reciprocal rank, nDCG@10.

They are taken over rows that name at least one right entry, over the ten candidates that a
decision keeps, whatever was then decided. A row for which nothing was found scores 0.
"""

from __future__ import annotations

import math

from evaluation.types import CaseResult

DEPTH = 10
"""Candidates looked at: as many as a decision keeps."""


def names_entries(result: CaseResult) -> bool:
    """Tell whether the row names at least one right entry."""
    return bool(result.case.entry_ids)


def right_ranks(result: CaseResult) -> tuple[int, ...]:
    """Return the ranks, the first being 1, of the right entries among the candidates."""
    right = result.case.entry_ids or ()
    found = [scored.candidate.entry_id for scored in result.candidates[:DEPTH]]
    return tuple(rank for rank, entry_id in enumerate(found, 1) if entry_id in right)


def hit_at(result: CaseResult, k: int) -> float:
    """Return 1 where a right entry is among the first ``k`` candidates, else 0."""
    return float(any(rank <= k for rank in right_ranks(result)))


def reciprocal_rank(result: CaseResult) -> float:
    """Return 1 / rank of the first right entry, 0 where none was found.

    Source: E. Voorhees, "The TREC-8 question answering track report", TREC 1999.
    """
    return max((1 / rank for rank in right_ranks(result)), default=0.0)


def ndcg(result: CaseResult) -> float:
    """Return the discounted gain of the right entries over that of an ideal order, 0..1.

    Every right entry gains 1; the ideal order puts all of them (ten at most) first.

    Source: K. Järvelin and J. Kekäläinen, "Cumulated gain-based evaluation of IR
    techniques", ACM TOIS 20 (2002), 422-446, with the discount ``log2(rank + 1)``.
    """
    ideal = range(1, min(DEPTH, len(result.case.entry_ids or ())) + 1)
    if not ideal:
        return 0.0
    return sum(map(_discounted, right_ranks(result))) / sum(map(_discounted, ideal))


def _discounted(rank: int) -> float:
    return 1 / math.log2(rank + 1)
