"""Outcomes made from arrays, without asking anyone."""

from __future__ import annotations

import numpy as np

from evaluation.types import Case
from training.outcomes import Outcomes
from training.risk_control import LEVELS


def outcomes_of(confidence, right, needs_person, segments, testing, elderly=None):
    """Rows that are answered from their confidence on, and else end with a person or not."""
    answered = np.column_stack([confidence[:, None] >= LEVELS, np.zeros(len(confidence), dtype=bool)])
    with_person = ~answered & needs_person[:, None]
    rights = answered & right[:, None]
    cases = tuple(Case(f"问题{i}", str(i), "answer", ("surrender",)) for i in range(len(confidence)))
    facts = np.stack([answered, rights, rights, with_person, with_person])
    counted = np.ones(len(confidence), dtype=bool) if elderly is None else ~elderly
    return Outcomes(cases, facts, counted, segments, testing, np.zeros(len(confidence), dtype=bool))
