"""Signed releases: what exactly was measured and approved, under one Ed25519 signature.

A manifest names the bundle's files, the published entries, the thresholds and the report by
their SHA-256. Whoever holds the public key can tell that all of it is as it was approved.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from assistant.certificate import write_whole
from assistant.types import Thresholds
from knowledge_base.errors import BaowenError, InvalidInputError, StorageError

FORMAT_VERSION = 1
_PATTERN = "release-*.json"


class ReleaseError(BaowenError):
    """What is to be served is not what was signed."""

    code = "release"
    http_status = 503


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """What decides about answers.

    Attributes:
        bundle: SHA-256 of each file of the bundle, by its name.
        kb: SHA-256 of the published entries.
        thresholds: SHA-256 of the thresholds in use; ``fallback`` of those that take over when
            their certificate becomes void, empty where there is none.
    """

    bundle: Mapping[str, str]
    kb: str
    thresholds: str
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """A signed release.

    Attributes:
        report: SHA-256 of each file of the report it was approved by, by its name.
        signed_at: ISO 8601, UTC.
        name: Of its file.
    """

    state: ReleaseState
    report: Mapping[str, str]
    signed_at: str
    signed_by: str
    note: str
    name: str = ""


def make_key(path: Path) -> str:
    """Make a private key, readable by its owner alone, and return its public key.

    Raises:
        InvalidInputError: There is a file already, or none can be written.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
    except OSError as error:
        raise InvalidInputError(
            f"The key cannot be written to {str(path)!r} ({error.strerror}). A key is never replaced: "
            "choose another name, or move the old one away."
        ) from None
    return public_text(key.public_key())


def read_private_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key.

    Raises:
        InvalidInputError: It is missing, no Ed25519 key, or others may read it.
    """
    try:
        if path.stat().st_mode & 0o077 and os.name == "posix":
            raise InvalidInputError(f"Others may read the key {str(path)!r}; run: chmod 600 {path}")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise InvalidInputError(
            f"The key {str(path)!r} cannot be read ({error}). Make one with 'baowen release key'."
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInputError(f"{str(path)!r} is no Ed25519 key. Make one with 'baowen release key'.")
    return key


def public_text(key: Ed25519PublicKey) -> str:
    """Return a public key as it is set in ``BAOWEN_RELEASE_KEY``: base64 of its 32 bytes."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def read_public_key(text: str) -> Ed25519PublicKey:
    """Read a public key.

    Raises:
        InvalidInputError: It is none.
    """
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except ValueError:
        raise InvalidInputError(
            f"BAOWEN_RELEASE_KEY={text!r} is no public key: it is 44 characters, as 'baowen release key' "
            "printed them."
        ) from None


def thresholds_hash(thresholds: Thresholds) -> str:
    """Return the SHA-256 of thresholds with all their cuts."""
    return hashlib.sha256(_canonical(asdict(thresholds))).hexdigest()


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a folder, by its path in it.

    Raises:
        StorageError: A file cannot be read.
    """
    try:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}
    except OSError as error:
        raise StorageError(f"A file of {str(folder)!r} cannot be read ({error.strerror}).") from None


def sign(folder: Path, manifest: Manifest, key: Ed25519PrivateKey) -> Path:
    """Write a signed manifest; it appears whole or not at all.

    Raises:
        StorageError: It cannot be written.
    """
    told = {name: value for name, value in asdict(manifest).items() if name != "name"}
    signature = base64.b64encode(key.sign(_signed_bytes(told))).decode()
    stored = {
        "format_version": FORMAT_VERSION,
        "key": public_text(key.public_key()),
        "signature": signature,
        "release": told,
    }
    name = hashlib.sha256(_canonical(stored)).hexdigest()[:12]
    path = folder / f"release-{name}.json"
    write_whole(path, stored)
    return path


def read_manifest(path: Path, key: Ed25519PublicKey) -> Manifest:
    """Read a manifest and verify its signature.

    Raises:
        ReleaseError: It is missing, damaged, altered, or signed with another key.
    """
    try:
        stored = json.loads(path.read_bytes())
        version, told = stored["format_version"], stored["release"]
        if version != FORMAT_VERSION:
            raise ValueError(f"format {version!r}")
        key.verify(base64.b64decode(stored["signature"], validate=True), _signed_bytes(told))
        state = ReleaseState(**told["state"])
        rest = {name: value for name, value in told.items() if name != "state"}
        return Manifest(state=state, **rest, name=path.name)
    except InvalidSignature:
        raise ReleaseError(f"The release {path.name!r} was altered, or signed with another key.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ReleaseError(f"The release {path.name!r} cannot be read ({error!r}).") from None


def require_signed(folder: Path, state: ReleaseState, key: Ed25519PublicKey) -> Manifest:
    """Return the newest release that a state is, exactly.

    Raises:
        ReleaseError: There is none; ``detail`` says of each release what differs.
    """
    good, reasons = [], []
    for path in sorted(folder.glob(_PATTERN)):
        try:
            manifest = read_manifest(path, key)
        except ReleaseError as error:
            reasons.append(error.message)
            continue
        if found := _differences(manifest.state, state):
            reasons.append(f"The release {path.name!r} has {' and '.join(found)}.")
        else:
            good.append(manifest)
    if good:
        return max(good, key=lambda one: one.signed_at)
    raise ReleaseError(
        f"What is to be served is not signed: none of the {len(reasons)} releases in {str(folder)!r} is it. "
        "Measure it, then run 'baowen release sign'; or unset BAOWEN_RELEASE_KEY.",
        tuple(reasons),
    )


def release_marks(folder: Path) -> frozenset[str]:
    """Return something that changes when a release is added or taken away."""
    return frozenset(path.name for path in folder.glob(_PATTERN))


def _differences(signed: ReleaseState, now: ReleaseState) -> Sequence[str]:
    found = []
    names = sorted(signed.bundle.keys() | now.bundle.keys())
    files = [name for name in names if signed.bundle.get(name) != now.bundle.get(name)]
    if files:
        found.append(f"another bundle ({', '.join(files[:3])})")
    if signed.kb != now.kb:
        found.append(f"other entries ({signed.kb[:12]}, not {now.kb[:12]})")
    if now.thresholds not in {signed.thresholds, signed.fallback}:
        found.append("other thresholds")
    return found


def _signed_bytes(told: Mapping[str, Any]) -> bytes:
    """Return what is signed; the prefix keeps the signature from meaning anything elsewhere."""
    return b"baowen release 1\n" + _canonical(told)


def _canonical(value: Any) -> bytes:
    """Return JSON in the one form that is hashed and signed."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()
