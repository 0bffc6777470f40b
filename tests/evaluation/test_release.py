"""Signatures over manifests: what was altered anywhere is refused."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.types import Cuts, Thresholds
from evaluation.release import (
    Manifest,
    ReleaseError,
    ReleaseState,
    file_hashes,
    make_key,
    read_manifest,
    read_private_key,
    read_public_key,
    require_signed,
    sign,
    thresholds_hash,
)
from knowledge_base.errors import InvalidInputError

CUTS = Thresholds("t1", Cuts(0.7, 0.3, 0.5, 0.5, 0.5, 0.5, 0.5), {}, {"claims": 0.8})
STATE = ReleaseState({"a.json": "1" * 64, "b/c": "2" * 64}, "3" * 64, thresholds_hash(CUTS), "4" * 64)
MANIFEST = Manifest(STATE, {"report.json": "5" * 64}, "2026-11-27T08:00:00+00:00", "李莉", "年度更新")


@pytest.fixture
def signed(tmp_path: Path) -> tuple[Path, str]:
    public = make_key(tmp_path / "keys" / "release.key")
    path = sign(tmp_path / "releases", MANIFEST, read_private_key(tmp_path / "keys" / "release.key"))
    return path, public


def test_the_private_key_is_for_its_owner_alone_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "release.key"
    make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(InvalidInputError, match="never replaced"):
        make_key(path)
    path.chmod(0o640)
    with pytest.raises(InvalidInputError, match="chmod 600"):
        read_private_key(path)


def test_what_was_signed_is_found(signed: tuple[Path, str]) -> None:
    path, public = signed
    key = read_public_key(public)
    assert read_manifest(path, key) == replace(MANIFEST, name=path.name)
    assert require_signed(path.parent, STATE, key).note == "年度更新"
    voided = replace(STATE, thresholds=STATE.fallback, fallback="")
    assert require_signed(path.parent, voided, key).name == path.name


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"bundle": STATE.bundle | {"a.json": "9" * 64}}, "another bundle (a.json)"),
        ({"bundle": STATE.bundle | {"more": "9" * 64}}, "another bundle (more)"),
        ({"bundle": {"a.json": "1" * 64}}, "another bundle (b/c)"),
        ({"kb": "8" * 64}, "other entries (333333333333, not 888888888888)"),
        ({"thresholds": "7" * 64}, "other thresholds"),
    ],
)
def test_anything_else_is_refused(signed: tuple[Path, str], change: dict[str, object], said: str) -> None:
    path, public = signed
    with pytest.raises(ReleaseError, match="is not signed") as error:
        require_signed(path.parent, replace(STATE, **change), read_public_key(public))  # type: ignore[arg-type]
    assert said in error.value.detail[0]


def test_a_flipped_byte_anywhere_in_the_manifest_is_refused(signed: tuple[Path, str]) -> None:
    """Every bit that means anything; blanks and the name of the key in the file mean nothing."""
    path, public = signed
    key, whole = read_public_key(public), path.read_bytes()
    begin = whole.index(b'"signature"')
    refused = 0
    for at in range(begin, len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            assert read_manifest(path, key) == replace(MANIFEST, name=path.name)
        except ReleaseError:
            refused += 1
        else:
            assert chr(whole[at]) in " \n="
    assert refused > 500


def test_another_key_is_refused(signed: tuple[Path, str], tmp_path: Path) -> None:
    path, _ = signed
    other = read_public_key(make_key(tmp_path / "other.key"))
    with pytest.raises(ReleaseError, match="another key"):
        read_manifest(path, other)
    for text in ("", "abc", "A" * 44, "秘"):
        with pytest.raises(InvalidInputError, match="no public key"):
            read_public_key(text) if text != "A" * 44 else read_public_key(text[:-1])


def test_thresholds_differ_by_any_cut() -> None:
    closer = replace(CUTS, answer_cuts={"claims": 0.8000001})
    assert thresholds_hash(closer) != thresholds_hash(CUTS)


def test_files_are_hashed_with_their_places(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_bytes(b"1")
    (tmp_path / "a").write_bytes(b"1")
    found = file_hashes(tmp_path)
    assert list(found) == ["a", "b/c"] and len(set(found.values())) == 1
