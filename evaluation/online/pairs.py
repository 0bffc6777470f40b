"""What a candidate would change, by what both decided on the same messages.

Messages of a conversation are not independent: conversations are drawn as a whole for intervals,
and count as one cluster in McNemar's test (evaluation/paired_statistics.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from evaluation.online.trials import PairedDecisionRow
from evaluation.online.truths import Truth, truths_of
from evaluation.paired_statistics import Difference, clusters_of, difference_of, mcnemar, resampled_sums
from evaluation.tally import widened
from evaluation.types import Case, Metric

MOST = 50_000
"""Pairs that are looked at, the newest ones."""

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """Two decisions on one message; ``truth`` is what people said was right, if anybody did."""

    decision_id: str
    conversation_id: str
    text: str
    champion: tuple[str, str | None]
    candidate: tuple[str, str | None]
    confidence: tuple[float, float]
    truth: Truth | None = None

    @property
    def agrees(self) -> bool:
        """Tell whether both decided the same: action, and entry or queue."""
        return self.champion == self.candidate

    def right(self, decided: tuple[str, str | None]) -> bool:
        """Tell whether a decision is what people said was right; there must be such a truth."""
        return self.truth is not None and self.truth.holds_for(*decided)


@dataclass(frozen=True, slots=True)
class Changed:
    """A share that both have: of the champion, of the candidate, and the second minus the first.

    ``p`` is that of McNemar's test of "as many messages change one way as the other".
    """

    champion: float
    candidate: float
    difference: Difference
    p: float


@dataclass(frozen=True, slots=True)
class PairReport:
    """What a candidate changes.

    Attributes:
        n: Messages that both decided on.
        conversations: They came from.
        agreement: Share that both decided the same.
        handoff: Shares handed over; ``answered`` shares answered.
        confidence: Mean difference of confidence.
        moves: How often what became what, such as ``clarify -> answer``.
        examples: Messages that are decided otherwise, with both decisions.
        labelled: Messages of which people said what is right: in audits, labels that count, at the desk.
        accuracy: Shares of those that were decided rightly; None without any.
    """

    n: int
    conversations: int
    agreement: Metric
    handoff: Changed | None
    answered: Changed | None
    confidence: Difference | None
    moves: Mapping[str, int]
    examples: tuple[Pair, ...]
    labelled: int
    accuracy: Changed | None


def read_pairs(session: Session, candidate: str) -> list[Pair]:
    """Return the newest pairs of a candidate, with masked texts and what people said was right."""
    row = PairedDecisionRow
    query = (
        select(row, DecisionRow.text)
        .outerjoin(DecisionRow, DecisionRow.id == row.decision_id)
        .where(row.candidate == candidate)
        .order_by(row.at.desc(), row.decision_id)
        .limit(MOST)
    )
    found = session.execute(query).all()
    truths = truths_of(session, candidate)
    return [
        Pair(
            one.decision_id,
            one.conversation_id or one.decision_id,
            text or "",
            (one.champion_action, one.champion_entry_id or one.champion_queue),
            (one.candidate_action, one.candidate_entry_id or one.candidate_queue),
            (one.champion_confidence, one.candidate_confidence),
            truths.get(one.decision_id),
        )
        for one, text in found
    ]


def report_pairs(pairs: Sequence[Pair]) -> PairReport:
    """Return what a candidate changes on messages that both decided on."""
    differing = [pair for pair in pairs if not pair.agrees]
    moves = Counter(f"{pair.champion[0]} -> {pair.candidate[0]}" for pair in differing)
    labelled = [pair for pair in pairs if pair.truth is not None]
    return PairReport(
        n=len(pairs),
        conversations=len({pair.conversation_id for pair in pairs}),
        agreement=_agreement(pairs),
        handoff=_changed(pairs, [_acts(pair, "handoff") for pair in pairs]),
        answered=_changed(pairs, [_acts(pair, "answer") for pair in pairs]),
        confidence=_confidence(pairs),
        moves=dict(moves.most_common()),
        examples=tuple(differing[:_SHOWN]),
        labelled=len(labelled),
        accuracy=_changed(
            labelled, [(pair.right(pair.champion), pair.right(pair.candidate)) for pair in labelled]
        ),
    )


def _acts(pair: Pair, action: str) -> tuple[bool, bool]:
    return pair.champion[0] == action, pair.candidate[0] == action


def _cases(pairs: Sequence[Pair]) -> list[Case]:
    return [
        Case("", pair.decision_id, "answer", conversation_id=pair.conversation_id, score_intent=False)
        for pair in pairs
    ]


def _agreement(pairs: Sequence[Pair]) -> Metric:
    if not pairs:
        return Metric(None, None, None, 0)
    columns = np.array([[pair.agrees, True] for pair in pairs], dtype=np.float64)
    sums = resampled_sums(_cases(pairs), columns)
    shares = sums[:, 0] / np.maximum(sums[:, 1], 1)
    return Metric(float(shares[0]), *widened(shares[1:], float(shares[0])), len(pairs))


def _changed(pairs: Sequence[Pair], outcomes: Sequence[tuple[bool, bool]]) -> Changed | None:
    if not pairs:
        return None
    first, second = (np.array(side, dtype=np.bool_) for side in zip(*outcomes, strict=True))
    clusters = clusters_of([pair.conversation_id for pair in pairs])
    return Changed(
        float(first.mean()),
        float(second.mean()),
        _difference(pairs, second.astype(np.float64) - first),
        mcnemar(second & ~first, first & ~second, clusters),
    )


def _confidence(pairs: Sequence[Pair]) -> Difference | None:
    if not pairs:
        return None
    return _difference(pairs, np.array([pair.confidence[1] - pair.confidence[0] for pair in pairs]))


def _difference(pairs: Sequence[Pair], values: NDArray[np.float64]) -> Difference:
    columns = np.column_stack([values, np.ones(len(values))])
    sums = resampled_sums(_cases(pairs), columns)
    return difference_of(sums[:, 0] / np.maximum(sums[:, 1], 1))
