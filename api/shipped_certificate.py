"""Certifies a bundle that was just trained on the rows its training left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from api.calibration_run import masked
from api.case_replies import reply_for
from api.services import open_services
from assistant.certificate import SHIPPED_NAME, write_whole
from evaluation.cases import file_hash
from evaluation.types import Case
from knowledge_base.editing.repository import content_hash
from knowledge_base.settings import Settings
from training.certificates import Origin, fixed_certificate
from training.outcomes import observe_fixed

CONFIDENCE = 0.95


def certify_bundle(folder: Path, settings: Settings, data: Path, cases: Sequence[Case], program: str) -> None:
    """Write what holds for a bundle's own thresholds beside its files.

    Args:
        folder: The bundle.
        settings: The installation whose published entries it was trained on.
        data: The file the rows come from.
        cases: The rows, which fitted nothing (``split_off_certifying``).
        program: Name and version of the program.

    Raises:
        BaowenError: The bundle cannot be opened or written to.
    """
    services = open_services(settings.model_copy(update={"bundle": folder}))
    made_at = dt.datetime.now(dt.UTC)
    origin = Origin(
        id=f"shipped-{services.bundle.version}",
        made_at=made_at.isoformat(timespec="seconds"),
        program=program,
        data=f"{data.name}: the rows that fitted nothing",
        data_hash=file_hash(data),
        kb=content_hash(tuple(services.snapshot.entries.values())),
        bundle=services.bundle.version,
    )
    outcomes = observe_fixed(masked(cases), reply_for(services))
    write_whole(
        folder / SHIPPED_NAME, fixed_certificate(outcomes, services.fitted_thresholds, origin, CONFIDENCE)
    )
