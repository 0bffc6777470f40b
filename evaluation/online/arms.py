"""What became of conversations that the champion answered, and of those that the candidate did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from assistant.desk.tables import ConversationRow, TicketRow
from evaluation.online.trials import PairedDecisionRow
from evaluation.statistics import proportion
from evaluation.types import Metric

_ARMS = ("champion", "candidate")


@dataclass(frozen=True, slots=True)
class ComparedShare:
    """A share of the conversations of each arm, and the second minus the first with its interval (95 %)."""

    champion: Metric
    candidate: Metric
    value: float | None
    low: float | None
    high: float | None
    p: float


def compare_arms(session: Session, candidate: str) -> Mapping[str, ComparedShare]:
    """Compare the two arms of a trial, conversation by conversation.

    Returns:
        ``handed_over``: a ticket was made. ``bad_rating``: of the rated ones, 1 or 2, or "not solved".
    """
    rows = _conversations(session, candidate)
    handed = [[bool(row.tickets) for row in rows if row.arm == arm] for arm in _ARMS]
    rated = [[row for row in rows if row.arm == arm and row.rated_at] for arm in _ARMS]
    bad = [[(row.rating or 5) < 3 or row.rated_solved is False for row in of] for of in rated]
    return {"handed_over": compare_shares(*handed), "bad_rating": compare_shares(*bad)}


def _conversations(session: Session, candidate: str) -> list[Any]:
    pairs = PairedDecisionRow
    arms = (
        select(pairs.conversation_id, func.max(pairs.arm).label("arm"))
        .where(pairs.candidate == candidate, pairs.conversation_id.is_not(None))
        .group_by(pairs.conversation_id)
        # a conversation that changed sides, because the share was changed, belongs to neither
        .having(func.min(pairs.arm) == func.max(pairs.arm))
        .subquery()
    )
    handed = exists().where(TicketRow.conversation_id == ConversationRow.id)
    columns = ConversationRow.rating, ConversationRow.rated_solved, ConversationRow.rated_at
    query = select(arms.c.arm, handed.label("tickets"), *columns).join(
        ConversationRow, ConversationRow.id == arms.c.conversation_id
    )
    return list(session.execute(query).all())


def compare_shares(first: list[bool], second: list[bool]) -> ComparedShare:
    """Compare two independent shares by Newcombe's hybrid score interval.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent
    proportions", Statistics in Medicine 17 (1998), 873-890, method 10; the p-value is that of the
    two-proportion z test.
    """
    one, other = (_share(values) for values in (first, second))
    if not first or not second:
        return ComparedShare(one, other, None, None, None, 1.0)
    (p1, low1, high1), (p2, low2, high2) = _figures(one), _figures(other)
    value = p2 - p1
    low, high = value - float(np.hypot(p2 - low2, high1 - p1)), value + float(np.hypot(high2 - p2, p1 - low1))
    return ComparedShare(one, other, value, low, high, _p(first, second))


def _figures(share: Metric) -> tuple[float, float, float]:
    return share.value or 0.0, share.low or 0.0, share.high or 0.0


def _share(values: list[bool]) -> Metric:
    successes: NDArray[np.bool_] = np.array(values, dtype=np.bool_)
    return proportion(successes, np.ones(len(values)))


def _p(first: list[bool], second: list[bool]) -> float:
    n, m = len(first), len(second)
    pooled = (sum(first) + sum(second)) / (n + m)
    spread = (pooled * (1 - pooled) * (1 / n + 1 / m)) ** 0.5
    if spread == 0:
        return 1.0
    deviate = abs(sum(second) / m - sum(first) / n) / spread
    return 2 * (1 - NormalDist().cdf(deviate))
