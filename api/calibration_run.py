"""A whole calibration: labelled rows in, a certificate in the home folder out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from api.case_replies import remembering, reply_with
from api.labelled_rows import read_labelled
from api.services import Services
from assistant.certificate import Certificate, certificate_path, read_certificate, rows_path, write_whole
from assistant.types import Thresholds
from evaluation.cases import file_hash
from evaluation.online.recheck import certified_row, observed_of
from evaluation.runner import ReplyFor, run_case
from evaluation.types import Case
from knowledge_base.editing.repository import content_hash
from knowledge_base.errors import BaowenError
from knowledge_base.personal_data import mask_personal_data
from knowledge_base.settings import make_private_folder
from knowledge_base.taxonomy import shipped_taxonomy
from training.calibrate import (
    Calibration,
    Demand,
    calibrate,
    comfortable_margin,
    expected_margin,
    rows_to_test,
    thresholds_at,
)
from training.certificates import METHOD, Origin, certificate_of
from training.outcomes import Outcomes, observe_outcomes
from training.risk_control import Goals
from training.shortfall import Shortfall, shortfall_of
from training.spending import Ledger, Spending

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CalibrationRequest:
    """What is asked for.

    Attributes:
        confidence: Chance that the promise holds.
        segment_min: Rows from which on a part of the traffic is certified by itself.
    """

    data: Path
    goals: Goals
    confidence: float
    segment_min: int


@dataclass(frozen=True, slots=True)
class CalibrationResult:
    """What came of it: a certificate, or why there is none."""

    calibration: Calibration
    spending: Spending
    certificate: Certificate | None
    shortfall: Shortfall | None


def run_calibration(
    services: Services, fitted: Thresholds, request: CalibrationRequest, progress: Progress
) -> CalibrationResult:
    """Calibrate the thresholds on labelled rows; they serve for nothing else.

    Args:
        services: The opened installation.
        fitted: The bundle's own thresholds, whose other cuts are kept.
        request: What is asked for.
        progress: Told each part in a sentence.

    Raises:
        InvalidInputError: The rows cannot be used, or have no confidence left to spend.
        BaowenError: A certificate cannot be written.
    """
    cases = masked(read_labelled(request.data))
    testing = rows_to_test(cases)
    spending = Ledger(services.home.certificates).spend(
        cases, _request_key(cases, services, request), request.confidence
    )
    demand = Demand(request.goals, request.confidence, spending.level, request.segment_min)
    asked = remembering(services)
    progress(f"Asking {len(cases)} labelled questions")

    def ask(thresholds: Thresholds) -> ReplyFor:
        return reply_with(asked, thresholds)

    def observe(base: Thresholds) -> Outcomes:
        return observe_outcomes(cases, testing, ask, base, shipped_taxonomy())

    outcomes, base = observe(fitted), fitted
    if request.goals.handoff < 1 and expected_margin(outcomes, demand) < comfortable_margin(demand):
        progress("Trying choices where nothing fits well, instead of a handoff")
        patient = replace(fitted, default=replace(fitted.default, clarify=0.0))
        others = observe(patient)
        if expected_margin(others, demand) > expected_margin(outcomes, demand):
            outcomes, base = others, patient
    result = calibrate(outcomes, base, demand, ask)
    if result.chosen is None:
        return CalibrationResult(result, spending, None, shortfall_of(result))
    progress("Writing the certificate")
    certificate = _write(asked, cases, result, _origin(services, request), spending)
    return CalibrationResult(result, spending, certificate, None)


def masked(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Return the rows with personal data masked, as the decision log has them."""
    return tuple(
        replace(
            case,
            text=mask_personal_data(case.text),
            history=tuple(mask_personal_data(text) for text in case.history),
            extra={},
        )
        for case in cases
    )


def _request_key(cases: Sequence[Case], services: Services, request: CalibrationRequest) -> str:
    """Name everything that the outcome depends on."""
    told = [
        METHOD["name"],
        services.bundle.version,
        services.snapshot.version,
        repr((request.goals, request.confidence, request.segment_min)),
        *sorted(repr(case) for case in cases),
    ]
    return hashlib.sha256("\n".join(map(str, told)).encode()).hexdigest()


def _origin(services: Services, request: CalibrationRequest) -> Origin:
    now = dt.datetime.now(dt.UTC)
    data_hash = file_hash(request.data)
    return Origin(
        id=f"{now:%Y%m%dT%H%M%S}-{data_hash[:8]}",
        made_at=now.isoformat(timespec="milliseconds"),
        program=f"baowen {version('baowen')}",
        data=request.data.name,
        data_hash=data_hash,
        kb=content_hash(tuple(services.snapshot.entries.values())),
        bundle=services.bundle.version,
    )


def _write(
    services: Services, cases: Sequence[Case], result: Calibration, origin: Origin, spending: Spending
) -> Certificate:
    """Write the rows first and the certificate last, so that it never stands without them."""
    folder = services.home.certificates
    stored = certificate_of(result, origin, spending)
    lines = _final_rows(services, cases, result, origin.id)
    make_private_folder(folder)
    rows = rows_path(folder, origin.id)
    partial = rows.with_suffix(".partial")
    partial.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    partial.replace(rows)
    write_whole(certificate_path(folder, origin.id), {**stored, "rows_sha256": file_hash(rows)})
    return read_certificate(certificate_path(folder, origin.id))


def _final_rows(
    services: Services, cases: Sequence[Case], result: Calibration, certificate_id: str
) -> list[str]:
    """Ask every row under the chosen thresholds themselves, and see that all is as it was counted.

    Raises:
        BaowenError: A row came out differently.
    """
    level = result.chosen or 0
    reply = reply_with(services, thresholds_at(result, level, f"certified-{certificate_id}"))
    results = [run_case(case, reply) for case in cases]
    seen = [observed_of(one, services.snapshot.entries) for one in results]
    counted = zip(result.outcomes.answered[:, level], result.outcomes.right[:, level], strict=True)
    differing = [
        case.id
        for case, one, pair in zip(cases, seen, counted, strict=True)
        if (one.action == "answer", one.right) != (bool(pair[0]), bool(pair[1]))
    ]
    if differing:
        raise BaowenError(
            f"{len(differing)} rows decide differently under the chosen thresholds than they were counted "
            f"(first: {differing[0]!r}), so nothing was certified. This is a fault of the program; report it."
        )
    return [certified_row(case, one) for case, one in zip(cases, seen, strict=True)]


def certificate_json(certificate: Certificate) -> str:
    """Return a certificate as indented JSON."""
    return json.dumps(certificate.stored, ensure_ascii=False, indent=2)
