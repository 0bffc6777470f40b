"""Wires certificates: which holds now, what a publish would do to it, asking its rows again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import func, select

from api.case_replies import reply_with
from api.draft_index import DraftIndex
from api.labelled_rows import read_labelled
from api.services import Services, standing_of
from assistant.certificate import (
    Certificate,
    CertificateError,
    newest_certificate,
    note_kb,
    rows_path,
    void,
)
from assistant.decision_log import DecisionRow
from evaluation.cases import file_hash
from evaluation.online.audit_results import audited_errors
from evaluation.online.drift import Drift, Traffic, find_drift, recent_start
from evaluation.online.recheck import observed_before, recheck
from evaluation.types import Case
from knowledge_base.editing.repository import content_hash
from knowledge_base.editing.types import DraftState, PublishCheck, PublishFinding
from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import Entry


def stored_rows(services: Services, certificate: Certificate) -> tuple[Case, ...]:
    """Read the rows that a certificate of the home folder rests on.

    Raises:
        CertificateError: They are missing or were altered.
    """
    path = rows_path(services.home.certificates, certificate.id)
    if not path.is_file() or file_hash(path) != certificate.stored.get("rows_sha256"):
        raise CertificateError(
            f"The rows {str(path)!r} that certificate {certificate.id} rests on are missing or were altered, "
            "so it cannot be checked. Run 'baowen calibrate' again."
        )
    return read_labelled(path)


def recheck_entries(services: Services, entries: Sequence[Entry], indexed: DraftIndex | None = None) -> str:
    """Ask the newest certificate's rows again on other entries, and note what came of it.

    Returns:
        What changed, in a sentence; empty where nothing did, or where there is no certificate.

    Raises:
        CertificateError: The certificate or its rows cannot be used.
    """
    certificate = newest_certificate(services.home.certificates, services.bundle.version)
    if certificate is None:
        return ""
    state = content_hash(entries)
    if state == certificate.kb:
        return ""
    cases = stored_rows(services, certificate)
    before = observed_before(cases, rows_path(services.home.certificates, certificate.id))
    changed_services = replace(services, snapshot=(indexed or DraftIndex(services))(entries))
    reply = reply_with(changed_services, certificate.thresholds)
    changed = recheck(cases, before, reply, changed_services.snapshot.entries)
    note_kb(services.home.certificates, certificate.id, state, changed)
    return changed


def certificate_check(services: Services, indexed: DraftIndex | None = None) -> PublishCheck:
    """Return a check that says whether a publish would leave the thresholds certified.

    It asks the stored calibration rows on the draft state and notes the outcome under the
    hash of that state, so that the certificate holds, or is void, from the publish on.
    """

    def check(draft: DraftState) -> Sequence[PublishFinding]:
        changed = recheck_entries(services, draft.entries, indexed)
        if not changed:
            return ()
        said = (
            f"{changed}: the certificate is void with this state; label new rows and run 'baowen calibrate'"
        )
        return (PublishFinding("warning", "", said, "certificate"),)

    return check


def restood(services: Services) -> Services:
    """Return the services with the thresholds that count now; other processes may have voided some.

    Raises:
        CertificateError: A certificate is damaged.
    """
    kb = services.snapshot.version
    stand = standing_of(services.settings, services.home, services.bundle, kb, services.fitted_thresholds)
    return replace(services, standing=stand, bundle=replace(services.bundle, thresholds=stand.thresholds))


def check_drift(services: Services, now: dt.datetime) -> Drift | None:
    """Look whether the traffic still is that of the certificate; void it where it is not.

    Only a certificate that rests on audited rows is watched: written questions are not
    traffic, and differ from the first day.

    Returns:
        What was found, or None where there is nothing to watch.

    Raises:
        CertificateError: The certificate or its rows cannot be used.
    """
    certificate = services.standing.certificate
    if certificate is None or not services.standing.certified:
        return None
    place = rows_path(services.home.certificates, certificate.id)
    observed = observed_before(stored_rows(services, certificate), place)
    confidence = np.array([one.confidence for one in observed])
    rows = Traffic(confidence, tuple(one.intent for one in observed))
    taxonomy = shipped_taxonomy()
    live, skipped = _traffic_under(services, certificate)
    drift = find_drift(
        rows,
        live,
        lambda intent: taxonomy.intents[intent].domain if intent in taxonomy.intents else "",
        certificate.id,
        skipped,
        audited_errors=_audited_under(services, certificate),
        allowed_errors=1 - certificate.stored["claims"]["accuracy"]["promised"],
    )
    if drift.reason:
        void(services.home.certificates, certificate.id, drift.reason, now.isoformat(timespec="seconds"))
    return drift


def _audited_under(services: Services, certificate: Certificate) -> tuple[bool, ...]:
    """Return of audited answers made by a certificate's thresholds whether each was wrong."""
    since = dt.datetime.fromisoformat(certificate.made_at)
    with services.database.reading() as session:
        return audited_errors(session, certificate.thresholds.version, certificate.bundle, since)


def _traffic_under(services: Services, certificate: Certificate) -> tuple[Traffic, int]:
    """Return the newest decisions made by a certificate's thresholds, and how many came before."""
    ours = (
        DecisionRow.thresholds_version == certificate.thresholds.version,
        DecisionRow.bundle_version == certificate.bundle,
    )
    query = select(DecisionRow.confidence, DecisionRow.intent).where(*ours)
    with services.database.reading() as session:
        skipped = recent_start(session.scalar(select(func.count()).where(*ours)) or 0)
        newest = query.order_by(DecisionRow.decided_at, DecisionRow.id).offset(skipped)
        found = session.execute(newest).all()
    return Traffic(np.array([row[0] for row in found]), tuple(row[1] for row in found)), skipped
