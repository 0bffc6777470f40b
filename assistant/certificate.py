"""What has been certified of the thresholds in use, and whether it still holds.

A certificate is a file that is never changed. Beside it stands a small state file: the
published states it was checked against, and why it is void, once it is. Nothing is computed
here; training writes certificates, checks after a publish and for drift write the state.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from assistant.types import Thresholds
from assistant.understanding.bundle import read_thresholds
from knowledge_base.errors import BaowenError, StorageError
from knowledge_base.settings import make_private_folder

FORMAT_VERSION = 1
SHIPPED_NAME = "certificate.json"
UNCERTIFIED = "uncertified for live traffic"

Basis = Literal["audited", "written"]
"""Audited rows of this installation's traffic, or questions written for the purpose."""

Stand = Literal["certified", "written", "void", "unchecked", "none"]


class CertificateError(BaowenError):
    """A certificate cannot be read or does not fit."""

    code = "certificate"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Certificate:
    """A promise about thresholds, as it was written.

    Attributes:
        made_at: ISO 8601, UTC.
        bundle: Version of the bundle it holds for.
        kb: Hash of the published entries it was made on.
        thresholds: What it holds for.
        fallback: Stricter ones for when it no longer holds.
        stored: The whole file: claims, bounds, method, assumptions, hashes.
    """

    id: str
    made_at: str
    basis: Basis
    bundle: str
    kb: str
    thresholds: Thresholds
    fallback: Thresholds
    stored: Mapping[str, Any]

    @property
    def summary(self) -> str:
        """Return the claims in one line."""
        claims = self.stored["claims"]
        accuracy, handoff = claims["accuracy"], claims["handoff"]
        return (
            f"with {self.stored['confidence']:.0%} confidence at least {accuracy['promised']:.1%} of answers "
            f"right ({accuracy['answered']} answers), at most {handoff['promised']:.1%} of rows ending "
            f"with a person ({handoff['rows']} rows)"
        )


@dataclass(frozen=True, slots=True)
class State:
    """What has come of a certificate since.

    Attributes:
        kb: Hashes of published states that its rows were asked again on, with what changed;
            empty where nothing did.
        void_reason: Why it no longer holds; empty while it does.
        void_at: When that was found, ISO 8601.
    """

    kb: Mapping[str, str] = field(default_factory=dict)
    void_reason: str = ""
    void_at: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The thresholds to decide by, and what may be said of them.

    Attributes:
        notice: One line for operators.
        certificate: The one that counts, in the home folder or shipped.
    """

    stand: Stand
    thresholds: Thresholds
    notice: str
    certificate: Certificate | None = None

    @property
    def certified(self) -> bool:
        """Tell whether the promise holds for the live traffic of this installation."""
        return self.stand == "certified"


def read_certificate(path: Path) -> Certificate:
    """Read one certificate.

    Raises:
        CertificateError: It is missing, damaged or of another version.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["format_version"] != FORMAT_VERSION:
            raise ValueError(f"format {stored['format_version']!r}")
        words = {name: str(stored[name]) for name in ("id", "made_at", "bundle", "kb")}
        basis: Basis = "audited" if stored["basis"] == "audited" else "written"
        cuts = read_thresholds(stored["thresholds"]), read_thresholds(stored["fallback"])
        found = Certificate(**words, basis=basis, thresholds=cuts[0], fallback=cuts[1], stored=stored)
        found.summary  # noqa: B018 - a certificate whose claims cannot be told is damaged
        return found
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CertificateError(
            f"Certificate {str(path)!r} cannot be used ({error!r}): it is missing, damaged or of another "
            "version. Run 'baowen calibrate' again."
        ) from None


def certificate_path(folder: Path, certificate_id: str) -> Path:
    """Return where a certificate of the home folder is kept."""
    return folder / f"certificate-{certificate_id}.json"


def rows_path(folder: Path, certificate_id: str) -> Path:
    """Return where the rows that a certificate rests on are kept."""
    return folder / f"certificate-{certificate_id}.rows.jsonl"


def _state_path(folder: Path, certificate_id: str) -> Path:
    return folder / f"certificate-{certificate_id}.state.json"


def newest_certificate(folder: Path, bundle: str) -> Certificate | None:
    """Return the newest certificate made for a bundle, or None.

    Raises:
        CertificateError: One of them is damaged.
    """
    names = [p for p in folder.glob("certificate-*.json") if not p.name.endswith(".state.json")]
    fitting = [c for c in map(read_certificate, names) if c.bundle == bundle]
    return max(fitting, key=lambda certificate: certificate.made_at, default=None)


def read_state(folder: Path, certificate_id: str) -> State:
    """Return what has come of a certificate; nothing yet where there is no state file.

    Raises:
        CertificateError: The file is damaged.
    """
    path = _state_path(folder, certificate_id)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return State(dict(stored["kb"]), str(stored["void_reason"]), str(stored["void_at"]))
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CertificateError(
            f"The state of a certificate, {str(path)!r}, cannot be read ({error!r}). Calibrate again."
        ) from None


def void(folder: Path, certificate_id: str, reason: str, at: str) -> None:
    """Note that a certificate no longer holds; the first reason stays."""
    state = read_state(folder, certificate_id)
    if not state.void_reason:
        write_whole(_state_path(folder, certificate_id), asdict(State(state.kb, reason, at)))


def note_kb(folder: Path, certificate_id: str, kb: str, changed: str) -> None:
    """Note what came of asking a certificate's rows again on another published state.

    Args:
        folder: The certificates of the home folder.
        certificate_id: Which one.
        kb: Hash of the state.
        changed: What came out differently, in a sentence; empty where nothing did.
    """
    state = read_state(folder, certificate_id)
    noted = State({**state.kb, kb: changed}, state.void_reason, state.void_at)
    write_whole(_state_path(folder, certificate_id), asdict(noted))


def write_whole(path: Path, value: Mapping[str, Any]) -> None:
    """Write JSON so that the file appears whole or not at all.

    Raises:
        StorageError: It cannot be written.
    """
    make_private_folder(path.parent)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise StorageError(
            f"{str(path)!r} cannot be written ({error.strerror}). Check space and rights."
        ) from None


def standing(
    folder: Path, bundle: str, fitted: Thresholds, kb: str, shipped: Certificate | None = None
) -> Standing:
    """Return the thresholds to decide by, and what may be said of them.

    Args:
        folder: The certificates of the home folder.
        bundle: Version of the bundle in use.
        fitted: The bundle's own thresholds, used while nothing else was calibrated.
        kb: Version of the published entries: the beginning of their hash.
        shipped: The certificate that came with the bundle, if any.

    Raises:
        CertificateError: A certificate or its state is damaged.
    """
    found = newest_certificate(folder, bundle)
    if found is None:
        return _without_own(bundle, fitted, shipped)
    state = read_state(folder, found.id)
    checked = {found.kb[: len(kb)]: "", **{name[: len(kb)]: changed for name, changed in state.kb.items()}}
    if reason := state.void_reason or checked.get(kb, ""):
        said = f"{UNCERTIFIED}: certificate {found.id} is void ({reason}); stricter cuts are in use."
        return Standing("void", found.fallback, f"{said} Label new rows and run 'baowen calibrate'.", found)
    if kb not in checked:
        said = f"{UNCERTIFIED}: the entries changed since certificate {found.id}; stricter cuts are in use."
        return Standing("unchecked", found.fallback, f"{said} Run 'baowen calibrate --recheck'.", found)
    if found.basis == "written":
        said = f"{UNCERTIFIED}: certificate {found.id} rests on written questions, {found.summary}."
        return Standing("written", found.thresholds, said, found)
    return Standing("certified", found.thresholds, f"certificate {found.id}: {found.summary}.", found)


def _without_own(bundle: str, fitted: Thresholds, shipped: Certificate | None) -> Standing:
    if shipped is None or shipped.bundle != bundle:
        return Standing("none", fitted, f"{UNCERTIFIED}: thresholds rest on written questions.")
    said = f"{UNCERTIFIED}: thresholds rest on written questions, {shipped.summary}."
    return Standing("written", fitted, said, shipped)
