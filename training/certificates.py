"""Writes down what was certified, on what, how, and under which assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from assistant.certificate import FORMAT_VERSION, Basis
from assistant.types import Thresholds
from evaluation.online.audit_results import AUDITED
from evaluation.statistics import lower_bound, upper_bound
from evaluation.types import Case
from training.calibrate import Calibration, fallback_level, thresholds_at
from training.outcomes import Outcomes, with_answer_cut
from training.risk_control import LEVELS
from training.spending import Spending

METHOD = {
    "name": "split fixed-sequence Learn then Test with exact binomial tests",
    "sources": [
        "Angelopoulos, Bates, Candès, Jordan and Lei 2021, arXiv 2110.01052",
        "Geifman and El-Yaniv 2017, arXiv 1705.08500",
        "Clopper and Pearson 1934, Biometrika 26",
        "Lan and DeMets 1983, Biometrika 70 (spending)",
    ],
    "pair": "the larger p-value of both goals (intersection-union test), no correction needed",
}

ASSUMPTIONS = (
    "Future messages are exchangeable with the rows: same kinds of customers, channels and season.",
    "Rows are independent; several rows of one conversation would make the bounds too narrow.",
    "Labels are right, and an answer is right when its entry is one the label names.",
    "Entries and model stay as hashed here; a check after a publish may extend it.",
    "Elderly customers count for accuracy and not for handoff.",
    "Each part of the traffic is certified by itself, not all of them at once.",
)
WRITTEN = "The rows are written questions, not traffic of this installation: live traffic is uncertified."


@dataclass(frozen=True, slots=True)
class Origin:
    """What a certificate is made from.

    Attributes:
        data: Name of the file, without its folder.
        data_hash: SHA-256 of its bytes; ``kb`` and ``bundle`` likewise name what was used.
        made_at: ISO 8601, UTC.
    """

    id: str
    made_at: str
    program: str
    data: str
    data_hash: str
    kb: str
    bundle: str


def basis_of(cases: Sequence[Case]) -> Basis:
    """Return what rows are: audited only where each says so."""
    return "audited" if all(case.source == AUDITED for case in cases) else "written"


def certificate_of(calibration: Calibration, origin: Origin, spending: Spending) -> dict[str, Any]:
    """Return the certificate of a calibration that chose a level, as JSON values."""
    chosen = calibration.chosen
    if chosen is None:
        raise ValueError("nothing was certified")
    demand, goals = calibration.demand, calibration.demand.goals
    claims = _claims(calibration.outcomes, chosen, demand.level)
    claims["accuracy"]["promised"], claims["handoff"]["promised"] = goals.accuracy, goals.handoff
    claims["segments"] = [asdict(claim) for claim in calibration.segments]
    return {
        **_head(calibration.outcomes, origin, demand.confidence),
        "claims": claims,
        "method": {**METHOD, "levels": [float(LEVELS[0]), float(LEVELS[-1])], "tested_level": demand.level},
        "spending": asdict(spending),
        "thresholds": asdict(thresholds_at(calibration, chosen, f"certified-{origin.id}")),
        "fallback": asdict(
            thresholds_at(calibration, fallback_level(calibration, chosen), f"fallback-{origin.id}")
        ),
    }


def fixed_certificate(
    outcomes: Outcomes, fitted: Thresholds, origin: Origin, confidence: float
) -> dict[str, Any]:
    """Return a certificate of thresholds that were chosen on other rows: bounds, no search.

    Half the chance of error goes to each bound. Both bounds are what is promised.

    Args:
        outcomes: One column, that of ``fitted``, of rows that chose nothing.
        fitted: The thresholds.
        origin: Where everything comes from.
        confidence: Chance that both bounds hold.
    """
    level = (1 - confidence) / 2
    claims = _claims(outcomes, 0, level)
    claims["accuracy"]["promised"] = claims["accuracy"]["low"]
    claims["handoff"]["promised"] = claims["handoff"]["high"]
    claims["segments"] = []
    stricter = min(1.0, (1 + fitted.default.answer) / 2)
    return {
        **_head(outcomes, origin, confidence),
        "claims": claims,
        "method": {"name": "exact binomial bounds of fixed thresholds", "sources": METHOD["sources"][2:3]},
        "spending": asdict(Spending(1, 1 - confidence, 0.0)),
        "thresholds": asdict(fitted),
        "fallback": asdict(with_answer_cut(fitted, stricter)),
    }


def _head(outcomes: Outcomes, origin: Origin, confidence: float) -> dict[str, Any]:
    basis = basis_of(outcomes.cases)
    tested = int(outcomes.testing.sum())
    return {
        "format_version": FORMAT_VERSION,
        "id": origin.id,
        "made_at": origin.made_at,
        "program": origin.program,
        "basis": basis,
        "confidence": confidence,
        "n": {"rows": len(outcomes.cases), "choosing": len(outcomes.cases) - tested, "testing": tested},
        "data": {"name": origin.data, "sha256": origin.data_hash},
        "kb": origin.kb,
        "bundle": origin.bundle,
        "assumptions": [*ASSUMPTIONS, *([WRITTEN] if basis == "written" else [])],
    }


def _claims(outcomes: Outcomes, column: int, level: float) -> dict[str, Any]:
    """Return counts and exact bounds at one column of the tested rows."""
    tested, counting = outcomes.testing, outcomes.testing & outcomes.in_handoff
    answered, rows = int(outcomes.answered[tested, column].sum()), int(counting.sum())

    def right(facts: Any) -> Mapping[str, Any]:
        k = int(facts[tested, column].sum())
        return {"right": k, "answered": answered, "low": float(lower_bound(k, answered, 1 - level))}

    def handed(facts: Any) -> Mapping[str, Any]:
        k = int(facts[counting, column].sum())
        return {"with_person": k, "rows": rows, "high": float(np.round(upper_bound(k, rows, 1 - level), 12))}

    return {
        "accuracy": dict(right(outcomes.right)),
        "accuracy_by_intent": right(outcomes.right_by_intent),
        "handoff": dict(handed(outcomes.with_person)),
        "handed_over": handed(outcomes.handed),
    }
