"""Candidates beside the bundle in use: who is on trial, what both decided, which bundle is used."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import JSON, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge_base.database import Base
from knowledge_base.errors import ConflictError, NotFoundError

CandidateState = Literal["on_trial", "promoted", "rejected"]
Arm = Literal["champion", "candidate"]
_BUCKETS = 10_000


class CandidateRow(Base):
    """A bundle that was put beside the one in use.

    ``share`` is the share of conversations that it answers itself (A/B); in all others it only
    decides along, unseen. ``gate`` holds the lines of the gate it was promoted or refused by.
    """

    __tablename__ = "candidates"

    version: Mapped[str] = mapped_column(String(12), primary_key=True)
    folder: Mapped[str] = mapped_column(Text)
    champion: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(20), index=True)
    share: Mapped[float]
    started_by: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[dt.datetime]
    ended_by: Mapped[str | None] = mapped_column(String(120))
    ended_at: Mapped[dt.datetime | None]
    reason: Mapped[str] = mapped_column(Text)
    gate: Mapped[list[Any]] = mapped_column(JSON)


class PairedDecisionRow(Base):
    """What the champion and the candidate decided on one message; ``arm`` says whose was sent.

    The message itself, masked, is that of the decision log under the same id.
    """

    __tablename__ = "paired_decisions"

    decision_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    candidate: Mapped[str] = mapped_column(String(12), index=True)
    at: Mapped[dt.datetime]
    conversation_id: Mapped[str | None] = mapped_column(String(32), index=True)
    arm: Mapped[str] = mapped_column(String(10))
    champion_action: Mapped[str] = mapped_column(String(20))
    champion_entry_id: Mapped[str | None] = mapped_column(String(120))
    champion_queue: Mapped[str | None] = mapped_column(String(30))
    champion_confidence: Mapped[float]
    candidate_action: Mapped[str] = mapped_column(String(20))
    candidate_entry_id: Mapped[str | None] = mapped_column(String(120))
    candidate_queue: Mapped[str | None] = mapped_column(String(30))
    candidate_confidence: Mapped[float]


class BundleUseRow(Base):
    """A bundle that was put in use for all processes; the newest row counts."""

    __tablename__ = "bundle_uses"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[str] = mapped_column(String(12))
    folder: Mapped[str] = mapped_column(Text)
    before_version: Mapped[str] = mapped_column(String(12))
    before_folder: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(120))
    at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True, slots=True)
class BundleUse:
    """A bundle that is, or was, in use."""

    version: str
    folder: str


def on_trial(session: Session) -> CandidateRow | None:
    """Return the candidate on trial; there is at most one."""
    return session.scalars(select(CandidateRow).where(CandidateRow.state == "on_trial")).first()


def list_candidates(session: Session) -> Sequence[CandidateRow]:
    """Return all candidates, the newest first."""
    return session.scalars(select(CandidateRow).order_by(CandidateRow.started_at.desc())).all()


def require_candidate(session: Session, version: str) -> CandidateRow:
    """Return a candidate by its version, or the beginning of it; the one on trial for an empty one.

    Raises:
        NotFoundError: There is none, or several begin so.
    """
    if not version:
        found = [row] if (row := on_trial(session)) else []
    else:
        found = [row for row in list_candidates(session) if row.version.startswith(version)]
    if len(found) != 1:
        what = f"{len(found)} candidates begin with {version!r}" if version else "No candidate is on trial"
        raise NotFoundError(f"{what}. See 'baowen candidate list'.")
    return found[0]


def start_trial(
    session: Session, candidate: BundleUse, champion: str, share: float, actor: str, at: dt.datetime
) -> CandidateRow:
    """Put a bundle beside the one in use; one that was tried before begins anew.

    Raises:
        ConflictError: Another one is on trial, or it is the one in use.
    """
    current = on_trial(session)
    if current and current.version != candidate.version:
        raise ConflictError(
            f"Candidate {current.version} is on trial already. Promote or reject it first: comparisons of "
            "three at once are not made."
        )
    if candidate.version == champion:
        raise ConflictError(f"Bundle {champion} is the one in use. Name another one.")
    values = {"champion": champion, "state": "on_trial", "share": share, "reason": "", "gate": []}
    row = CandidateRow(
        version=candidate.version,
        folder=candidate.folder,
        started_by=actor,
        started_at=at,
        ended_by=None,
        ended_at=None,
        **values,
    )
    return session.merge(row)


def end_trial(
    row: CandidateRow,
    state: CandidateState,
    actor: str,
    reason: str,
    at: dt.datetime,
    gate: Sequence[str] = (),
) -> None:
    """Note how a trial ended."""
    row.state, row.ended_by, row.reason, row.ended_at = state, actor, reason, at
    row.gate = list(gate)


def newest_use(session: Session) -> BundleUseRow | None:
    """Return what was put in use last; None where nobody ever promoted a bundle."""
    return session.scalars(select(BundleUseRow).order_by(BundleUseRow.id.desc()).limit(1)).first()


def put_in_use(
    session: Session, now: BundleUse, before: BundleUse, actor: str, reason: str, at: dt.datetime
) -> int:
    """Put a bundle in use for all processes; return the number of this use."""
    number = (session.scalar(select(func.max(BundleUseRow.id))) or 0) + 1
    row = BundleUseRow(
        id=number,
        version=now.version,
        folder=now.folder,
        before_version=before.version,
        before_folder=before.folder,
        actor=actor,
        at=at,
        reason=reason,
    )
    session.add(row)
    session.flush()
    return number


def arm_of(conversation_id: str | None, candidate: str, share: float) -> Arm:
    """Return who answers a conversation: always the same one, by a hash of both ids."""
    if not conversation_id:
        return "champion"
    digest = hashlib.sha256(f"{candidate} {conversation_id}".encode()).digest()
    drawn = int.from_bytes(digest[:8], "big") % _BUCKETS
    return "candidate" if drawn < share * _BUCKETS else "champion"
