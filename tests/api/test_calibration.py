"""Calibrating on labelled rows, and what becomes of the certificate afterwards."""

import datetime as dt
import json
import uuid
from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import insert

from api.calibration_run import CalibrationRequest, run_calibration
from api.certification import certificate_check, recheck_entries, stored_rows
from api.diagnosis import diagnose
from api.live import LiveService
from api.services import open_services
from api.training_run import DATASETS
from api.watch import look
from assistant.certificate import CertificateError, newest_certificate, rows_path
from assistant.decision_log import DecisionRow
from assistant.types import DecisionContext
from evaluation.online.alarms import list_alarms
from knowledge_base.editing.repository import content_hash
from knowledge_base.editing.types import DraftState
from knowledge_base.errors import InvalidInputError
from knowledge_base.settings import Settings
from training.risk_control import Goals

TODAY = dt.date(2026, 11, 26)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Labelled rows as an audit would write them; some hold personal data."""
    lines = (DATASETS / "calibration.jsonl").read_text(encoding="utf-8").splitlines()[::4]
    rows = [{**json.loads(line), "source": "audit"} for line in lines]
    rows[0]["text"] += " 电话13812345678"
    path = tmp_path_factory.mktemp("data") / "audited.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def own_home(tmp_path_factory):
    return tmp_path_factory.mktemp("certified")


def opened(own_home):
    return open_services(Settings(home=own_home))


@pytest.fixture(scope="module")
def made(own_home, data):
    services = opened(own_home)
    request = CalibrationRequest(data, Goals(0.5, 0.6), 0.9, 60)
    return run_calibration(services, services.fitted_thresholds, request, lambda _: None)


def test_the_certificate_says_what_it_rests_on(made, own_home):
    services, certificate = opened(own_home), made.certificate
    stored = certificate.stored
    assert stored["claims"]["accuracy"]["low"] >= 0.5
    assert stored["claims"]["handoff"]["high"] <= 0.6
    assert stored["kb"] == content_hash(tuple(services.snapshot.entries.values()))
    assert (certificate.bundle, certificate.basis) == (services.bundle.version, "audited")
    assert stored["n"]["choosing"] + stored["n"]["testing"] == stored["n"]["rows"]
    assert stored["spending"]["level"] == pytest.approx(0.07)
    assert stored["assumptions"] and stored["method"]["sources"]


def test_serving_decides_by_it(made, own_home):
    services = opened(own_home)
    assert services.standing.certified
    assert services.bundle.thresholds == made.certificate.thresholds
    reply = services.assistant().reply("怎么退保", DecisionContext())
    assert reply.decision.thresholds_version == f"certified-{made.certificate.id}"


def test_stored_rows_are_masked_and_guarded(made, own_home):
    services = opened(own_home)
    path = rows_path(services.home.certificates, made.certificate.id)
    text = path.read_text(encoding="utf-8")
    assert "13812345678" not in text and "[手机号]" in text
    assert len(stored_rows(services, made.certificate)) == len(text.splitlines())
    path.write_text(text + "\n", encoding="utf-8")
    with pytest.raises(CertificateError, match="altered"):
        stored_rows(services, made.certificate)
    path.write_text(text, encoding="utf-8")


def published(services):
    return tuple(services.snapshot.entries[entry_id] for entry_id in sorted(services.snapshot.entries))


def used_entry(services, certificate):
    rows = stored_rows(services, certificate)
    return next(row.extra["observed"]["entry_id"] for row in rows if row.extra["observed"]["entry_id"])


def test_a_publish_that_changes_nothing_for_the_rows_keeps_it(made, own_home):
    services = opened(own_home)
    entries = published(services)
    unused = next(e for e in entries if e.kind == "acknowledgement")
    changed = tuple(replace(e, answer=e.answer + "谢谢您。") if e is unused else e for e in entries)
    draft = DraftState(changed, entries, frozenset({unused.id}), TODAY)
    assert certificate_check(services)(draft) == ()
    again = replace(services, snapshot=replace(services.snapshot, version=content_hash(changed)[:12]))
    assert content_hash(changed) != content_hash(entries)
    assert newest_certificate(again.home.certificates, again.bundle.version).id == made.certificate.id


def test_a_changed_answer_that_a_row_was_judged_by_voids_it(made, own_home):
    services = opened(own_home)
    entries = published(services)
    used = used_entry(services, made.certificate)
    changed = tuple(replace(e, answer="换了一种说法。") if e.id == used else e for e in entries)
    findings = certificate_check(services)(DraftState(changed, entries, frozenset({used}), TODAY))
    assert [finding.severity for finding in findings] == ["warning"]
    assert "calibration rows come out differently" in findings[0].message


def test_an_entry_taken_away_voids_it(made, own_home):
    services = opened(own_home)
    used = used_entry(services, made.certificate)
    assert recheck_entries(services, tuple(e for e in published(services) if e.id != used))


def test_the_same_entries_need_no_question(made, own_home):
    services = opened(own_home)
    assert recheck_entries(services, published(services)) == ""


def test_the_same_request_spends_nothing_and_another_spends_more(made, own_home, data):
    services = opened(own_home)
    same = CalibrationRequest(data, Goals(0.5, 0.6), 0.9, 60)
    result = run_calibration(services, services.fitted_thresholds, same, lambda _: None)
    assert result.spending == made.spending
    assert result.certificate.thresholds.default == made.certificate.thresholds.default
    other = replace(same, goals=Goals(0.99, 0.01))
    result = run_calibration(services, services.fitted_thresholds, other, lambda _: None)
    assert (result.spending.run, result.certificate) == (2, None)
    assert result.shortfall.reasons


def test_rows_that_cannot_be_split_are_refused(own_home, tmp_path):
    path = tmp_path / "one.jsonl"
    path.write_text(
        json.dumps({"id": "1", "text": "怎么退保", "intent": "surrender", "action": "answer"}),
        encoding="utf-8",
    )
    services = opened(own_home)
    with pytest.raises(InvalidInputError, match="few hundred"):
        run_calibration(
            services, services.fitted_thresholds, CalibrationRequest(path, Goals(0.5, 1.0), 0.9, 10), print
        )


def log_decisions(services, certificate, confidence, intents):
    """Write decisions of the certificate's thresholds to the log."""
    start = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
    plain = {"channel": "web", "script": "hans", "text": "", "action": "answer", "reason": "confident"}
    versions = {
        "kb_version": services.snapshot.version,
        "bundle_version": certificate.bundle,
        "thresholds_version": certificate.thresholds.version,
    }
    rows = [
        {
            **plain,
            **versions,
            "id": uuid.uuid4().hex,
            "decided_at": start + dt.timedelta(seconds=i),
            "intent": intent,
            "confidence": float(value),
            "elapsed_ms": 1.0,
        }
        for i, (value, intent) in enumerate(zip(confidence, intents, strict=True))
    ]
    with services.database.transaction() as session:
        session.execute(insert(DecisionRow), rows)


def test_drift_voids_it_and_the_server_falls_back(made, own_home):
    """The last test of this module: the certificate does not come back."""
    services, certificate = opened(own_home), newest_of(own_home)
    live = LiveService(services)
    rng = np.random.default_rng(8)
    observed = [row.extra["observed"] for row in stored_rows(services, certificate)]
    drawn = rng.choice(len(observed), 600)
    like_rows = [(observed[i]["confidence"], observed[i]["intent"]) for i in drawn]
    log_decisions(services, certificate, *zip(*like_rows, strict=True))
    look(live)
    assert live.serving.services is services and services.standing.certified
    log_decisions(services, certificate, rng.uniform(0, 0.1, 400), ["surrender"] * 400)
    look(live)
    now = live.serving.services
    assert (now.standing.stand, now.bundle.thresholds) == ("void", certificate.fallback)
    assert "differs from the calibration rows" in now.standing.notice
    with services.database.reading() as session:
        (alarm,) = list_alarms(session)
    assert (alarm.kind, alarm.detail["cause"]) == ("certificate", "traffic")
    reply = live.serving.assistant.reply("怎么退保", DecisionContext())
    assert reply.decision.thresholds_version == certificate.fallback.version
    assert certificate.fallback.default.answer > certificate.thresholds.default.answer
    assert opened(own_home).standing.stand == "void"
    found = {one.part: one for one in diagnose(Settings(home=own_home))}
    assert found["certificate"].state == "warning" and "is void" in found["certificate"].message


def newest_of(own_home):
    services = opened(own_home)
    return newest_certificate(services.home.certificates, services.bundle.version)
