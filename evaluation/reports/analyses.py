"""What a report shows beside its metrics, as typed data; rendering comes later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaluation.types import CaseResult, Metric


@dataclass(frozen=True, slots=True)
class Slice:
    """The rows that have one thing in common.

    Attributes:
        field: What, such as ``channel`` or ``tag``.
        value: Its value in these rows.
        n: Rows.
        metrics: Some of the metrics over these rows, weighted like those of all rows.
    """

    field: str
    value: str
    n: int
    metrics: Mapping[str, Metric]


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What would become of the rows at one answer cut for all traffic.

    Attributes:
        cut: Least confidence for an automatic answer, 0..1.
        accuracy: Answered rows answered rightly: by the entry where the row names entries,
            else by the intent.
        coverage: Rows answered, of all; the risk at this coverage is 1 - accuracy.
        answered_share: Answerable rows answered.
        handoff_rate: Rows handed over, of all.
        effective_handoff_rate: Rows left needing a person, of all.
        cost: Price of the mistakes, averaged over all rows.
    """

    cut: float
    accuracy: Metric
    coverage: Metric
    answered_share: Metric
    handoff_rate: Metric
    effective_handoff_rate: Metric
    cost: float


@dataclass(frozen=True, slots=True)
class CertifiedPoint:
    """What the certificate in use promises.

    Attributes:
        stand: ``certified``, ``written`` (it rests on written questions), ``void`` or ``unchecked``.
        cut: Its default answer cut.
        accuracy: Least share of answers right that it promises.
        handoff: Largest share of rows ending with a person that it promises.
        confidence: With what confidence, 0..1.
    """

    id: str
    stand: str
    cut: float
    accuracy: float
    handoff: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Accuracy against coverage and handoff as the answer cut moves, lowest cut first.

    Attributes:
        in_use: The default answer cut in use, if it is known; parts of the traffic may have
            stricter ones, so the figures of the run may lie beside the curve.
        rows: Rows it is taken over; fewer than all where the run was sampled.
    """

    points: tuple[CurvePoint, ...]
    in_use: float | None
    rows: int


@dataclass(frozen=True, slots=True)
class KeptRows:
    """Rows kept for looking at: all errors up to a bound, and some that are right.

    Attributes:
        errors: In the order of the data; a uniform sample where there are more than the bound.
        right: Likewise.
        error_count: Errors in all.
        right_count: Right rows in all.
    """

    errors: tuple[CaseResult, ...] = ()
    right: tuple[CaseResult, ...] = ()
    error_count: int = 0
    right_count: int = 0
