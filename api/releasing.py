"""Wires signed releases: what is served now, whether it may be, signing it."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from api.bundle_in_use import bundle_folder
from api.services import Services, standing_of, with_bundle
from assistant.certificate import Standing
from evaluation.release import (
    Manifest,
    ReleaseError,
    ReleaseState,
    file_hashes,
    read_private_key,
    read_public_key,
    require_signed,
    sign,
    thresholds_hash,
)
from evaluation.saved_runs import PREDICTIONS, REPORT, read_report
from knowledge_base.editing.snapshots import PublishedState
from knowledge_base.errors import InvalidInputError


def require_released(services: Services) -> Manifest | None:
    """Return the release that is served; None where the installation asks for none.

    Raises:
        ReleaseError: Nothing that was signed is served.
        InvalidInputError: The public key is none.
    """
    return _required(services, services.published, services.standing)


def require_released_state(services: Services, published: PublishedState) -> Manifest | None:
    """Return the release that another published state is, before its index is built.

    Raises:
        ReleaseError: It was not signed.
        CertificateError: A certificate is damaged.
    """
    if not services.settings.release_key:
        return None
    kb = published.info.content_hash[: len(services.snapshot.version)]
    stand = standing_of(services.settings, services.home, services.bundle, kb, services.fitted_thresholds)
    return _required(services, published, stand)


def require_released_bundle(services: Services, folder: Path) -> None:
    """Refuse a bundle that no signed release names with what is published, before it is put in use.

    Raises:
        ReleaseError: It was not signed; running servers would refuse it, too.
        BundleError: It is not usable.
    """
    if not services.settings.release_key:
        return
    settings = services.settings.model_copy(update={"bundle": folder})
    other = with_bundle(services, folder)
    other = replace(other, retrieval=replace(other.retrieval, settings=settings))
    stand = standing_of(settings, other.home, other.bundle, other.snapshot.version, other.fitted_thresholds)
    try:
        _required(other, other.published, stand)
    except ReleaseError as error:
        raise ReleaseError(
            f"Bundle {other.bundle.version} is not put in use: BAOWEN_RELEASE_KEY is set, and no signed "
            "release names this bundle with the published entries, so servers would refuse it. Evaluate it, "
            f"run 'BAOWEN_BUNDLE={shlex.quote(str(folder))} baowen release sign --key KEY', then try again.",
            error.detail,
        ) from None


def _required(services: Services, published: PublishedState, stand: Standing) -> Manifest | None:
    if not services.settings.release_key:
        return None
    key = read_public_key(services.settings.release_key)
    return require_signed(services.home.releases, _state(services, published, stand), key)


def _state(services: Services, published: PublishedState, stand: Standing) -> ReleaseState:
    fallback = stand.certificate.fallback if stand.certificate else None
    return ReleaseState(
        bundle=file_hashes(bundle_folder(services.settings, services.home)),
        kb=published.info.content_hash,
        thresholds=thresholds_hash(stand.thresholds),
        fallback=thresholds_hash(fallback) if fallback else "",
    )


def sign_release(
    services: Services, key: Path, report: Path | None, signed_by: str, note: str, now: dt.datetime
) -> Path:
    """Sign what is published, with the bundle and the thresholds in use, and return the manifest's path.

    Args:
        services: What is to be released.
        key: The private key.
        report: The folder of the run it was approved by.
        signed_by: Who signs.
        note: Why.
        now: The time.

    Raises:
        InvalidInputError: The key or the report cannot be used, or the report is of something else.
        ReleaseError: The newest snapshot is not what is served, so something else would be signed.
    """
    if services.refused:
        raise ReleaseError(
            f"Snapshot {services.refused.number} is damaged and cannot be signed: {services.refused.problem}"
        )
    manifest = Manifest(
        state=_state(services, services.published, services.standing),
        report=_report_hashes(services, report) if report else {},
        signed_at=now.isoformat(timespec="seconds"),
        signed_by=signed_by,
        note=note,
    )
    return sign(services.home.releases, manifest, read_private_key(key))


def _report_hashes(services: Services, folder: Path) -> Mapping[str, str]:
    """Return the hashes of a run's files, having seen that it measured what is to be signed."""
    run = read_report(folder).get("run", {})
    wanted = {
        "kb_hash": services.snapshot.version,
        "bundle_hash": services.bundle.version,
    }
    wrong = [name for name, value in wanted.items() if run.get(name) != value]
    if wrong:
        raise InvalidInputError(
            f"The report {str(folder)!r} measured something else: its {' and '.join(wrong)} differ from "
            "what is published. Evaluate again, then sign."
        )
    return {name: digest for name, digest in file_hashes(folder).items() if name in (REPORT, PREDICTIONS)}


def require_report(manifest: Manifest, folder: Path) -> None:
    """Verify that a report is the one a release was approved by.

    Raises:
        ReleaseError: The release names no report, or another.
    """
    found = {name: digest for name, digest in file_hashes(folder).items() if name in manifest.report}
    if not manifest.report or found != dict(manifest.report):
        said = "was altered or is another one" if manifest.report else "is not part of the release"
        raise ReleaseError(f"The report {str(folder)!r} {said} ({manifest.name!r}).")
