"""Draws questions from the decision log, whose texts are masked, to be labelled."""

from __future__ import annotations

import datetime as dt

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from evaluation.labels.types import Question
from knowledge_base.errors import InvalidInputError

SOURCE = "audit"
"""``source`` of the rows: live traffic of this installation, as ``baowen calibrate`` takes it."""


def sample_log(session: Session, n: int, since: dt.datetime, seed: int) -> tuple[Question, ...]:
    """Draw decisions at random, each with equal chance, so that they stand for the traffic.

    A text asked twice may be drawn twice: it is twice the traffic.

    Args:
        session: A session that reads.
        n: How many; fewer where there are not so many.
        since: The first moment.
        seed: Seed of the draw.

    Raises:
        InvalidInputError: Nothing was asked since then.
    """
    ids = session.scalars(
        select(DecisionRow.id).where(DecisionRow.decided_at >= since).order_by(DecisionRow.id)
    ).all()
    if not ids:
        raise InvalidInputError(f"no question was logged since {since:%Y-%m-%d}; choose more days")
    drawn = np.random.default_rng(seed).choice(len(ids), min(n, len(ids)), replace=False)
    chosen = [ids[at] for at in drawn]
    rows = {row.id: row for row in session.scalars(select(DecisionRow).where(DecisionRow.id.in_(chosen)))}
    return tuple(
        Question(id_, rows[id_].text, channel=rows[id_].channel, extra={"source": SOURCE}) for id_ in chosen
    )
