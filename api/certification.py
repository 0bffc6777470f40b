"""Wires certificates: which holds now, what a publish would do to it, asking its rows again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from api.case_replies import reply_with
from api.services import Services, snapshot_of
from assistant.certificate import (
    Certificate,
    CertificateError,
    newest_certificate,
    note_kb,
    rows_path,
)
from evaluation.cases import file_hash, read_cases
from evaluation.online.recheck import observed_before, recheck
from evaluation.types import Case
from knowledge_base.editing.repository import content_hash
from knowledge_base.editing.types import DraftState, PublishCheck, PublishFinding
from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import Entry


def read_labelled(path: Path) -> tuple[Case, ...]:
    """Read labelled rows with the shipped taxonomy.

    Raises:
        InvalidInputError: The file or a row cannot be used.
    """
    taxonomy = shipped_taxonomy()
    return read_cases(
        path, intents=taxonomy.intents.keys(), actions=taxonomy.actions.keys(), queues=taxonomy.queues.keys()
    )


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


def recheck_entries(services: Services, entries: Sequence[Entry]) -> str:
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
    snapshot = snapshot_of(entries, services.bundle, services.tokenizer, services.home)
    changed_services = replace(services, snapshot=snapshot)
    reply = reply_with(changed_services, certificate.thresholds)
    changed = recheck(cases, before, reply, changed_services.snapshot.entries)
    note_kb(services.home.certificates, certificate.id, state, changed)
    return changed


def certificate_check(services: Services) -> PublishCheck:
    """Return a check that says whether a publish would leave the thresholds certified.

    It asks the stored calibration rows on the draft state and notes the outcome under the
    hash of that state, so that the certificate holds, or is void, from the publish on.
    """

    def check(draft: DraftState) -> Sequence[PublishFinding]:
        changed = recheck_entries(services, draft.entries)
        if not changed:
            return ()
        said = (
            f"{changed}: the certificate is void with this state; label new rows and run 'baowen calibrate'"
        )
        return (PublishFinding("warning", "", said),)

    return check
