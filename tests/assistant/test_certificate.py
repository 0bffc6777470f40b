"""Which thresholds decide, and what may be said of them."""

import json
from dataclasses import asdict, replace

import pytest

from assistant.certificate import (
    UNCERTIFIED,
    CertificateError,
    certificate_path,
    note_kb,
    read_certificate,
    read_state,
    standing,
    void,
    write_whole,
)
from assistant.types import Cuts, Thresholds

FITTED = Thresholds("fitted", Cuts(0.5, 0.2, 0.2, 0.5, 0.3, 0.4, 0.5))
BUNDLE, KB = "b" * 12, "a" * 64


def cut_at(version, cut):
    return Thresholds(version, replace(FITTED.default, answer=cut), answer_cuts={"claims": cut + 0.1})


def stored(name, **fields):
    claims = {
        "accuracy": {"promised": 0.85, "answered": 400},
        "handoff": {"promised": 0.15, "rows": 700},
    }
    told = {
        "format_version": 1,
        "id": name,
        "made_at": f"2026-11-26T00:00:0{len(name)}",
        "basis": "audited",
        "confidence": 0.95,
        "bundle": BUNDLE,
        "kb": KB,
        "claims": claims,
        "thresholds": asdict(cut_at("certified", 0.6)),
        "fallback": asdict(cut_at("fallback", 0.8)),
    }
    return {**told, **fields}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "certificates"


def write(folder, name="x", **fields):
    write_whole(certificate_path(folder, name), stored(name, **fields))


def stand(folder, bundle=BUNDLE, kb=KB[:12], shipped=None):
    return standing(folder, bundle, FITTED, kb, shipped)


def test_without_a_certificate_the_fitted_thresholds_decide(folder):
    found = stand(folder)
    assert (found.stand, found.thresholds, found.certified) == ("none", FITTED, False)
    assert UNCERTIFIED in found.notice


def test_audited_rows_of_this_state_certify(folder):
    write(folder)
    found = stand(folder)
    assert found.certified
    assert found.thresholds == cut_at("certified", 0.6)
    assert "85.0% of answers right" in found.notice and UNCERTIFIED not in found.notice


def test_written_questions_give_thresholds_but_no_certificate_for_traffic(folder):
    write(folder, basis="written")
    found = stand(folder)
    assert (found.stand, found.certified) == ("written", False)
    assert found.thresholds.version == "certified"
    assert UNCERTIFIED in found.notice


def test_a_void_certificate_falls_back_and_keeps_its_first_reason(folder):
    write(folder)
    void(folder, "x", "the traffic has drifted", "2026-11-27")
    void(folder, "x", "something later", "2026-11-28")
    found = stand(folder)
    assert (found.stand, found.certified, found.thresholds.version) == ("void", False, "fallback")
    assert "the traffic has drifted" in found.notice
    assert read_state(folder, "x").void_at == "2026-11-27"


def test_other_entries_need_a_check(folder):
    write(folder)
    other = "c" * 64
    assert stand(folder, kb=other[:12]).stand == "unchecked"
    assert stand(folder, kb=other[:12]).thresholds.version == "fallback"
    note_kb(folder, "x", other, "")
    assert stand(folder, kb=other[:12]).certified
    note_kb(folder, "x", other, "2 of 300 rows changed")
    found = stand(folder, kb=other[:12])
    assert found.stand == "void" and "2 of 300 rows changed" in found.notice
    assert stand(folder).certified  # going back to the state it was made on brings it back


def test_a_certificate_of_another_bundle_does_not_count(folder):
    write(folder)
    found = stand(folder, bundle="other")
    assert (found.stand, found.thresholds) == ("none", FITTED)


def test_the_newest_counts(folder):
    write(folder, "x")
    write(folder, "xx", thresholds=asdict(cut_at("newer", 0.7)))
    assert stand(folder).thresholds.version == "newer"


def test_a_shipped_certificate_is_named_but_changes_nothing(folder):
    write(folder, basis="written")
    shipped = read_certificate(certificate_path(folder, "x"))
    found = stand(folder / "empty", shipped=shipped)
    assert (found.stand, found.thresholds, found.certificate) == ("written", FITTED, shipped)
    assert "400 answers" in found.notice


@pytest.mark.parametrize(
    "change",
    [{"claims": {}}, {"format_version": 9}, {"thresholds": {"version": "x"}}, {"basis": None, "id": 1}],
)
def test_damaged_certificates_are_refused(folder, change):
    write(folder, **change)
    path = certificate_path(folder, "x")
    if "basis" in change:
        path.write_text("{", encoding="utf-8")
    with pytest.raises(CertificateError, match="baowen calibrate"):
        stand(folder)


def test_a_damaged_state_is_refused(folder):
    write(folder)
    void(folder, "x", "why", "when")
    (folder / "certificate-x.state.json").write_text(json.dumps([]), encoding="utf-8")
    with pytest.raises(CertificateError, match="state"):
        stand(folder)
