"""``/v1/candidates``: what is on trial, how it compares, and what becomes of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Path, Request
from pydantic import BaseModel, Field

from api.accounts.audit import note as audit
from api.accounts.roles import Permission
from api.accounts.users import display_names
from api.conversing.desk import now
from api.knowledge.jobs import jobs_of
from api.loop.candidate_views import Json, candidate_view, comparison_view, gate_view
from api.loop.gate_check import begin_check, latest_check, require_verdict
from api.loop.promotion import promote, reject, roll_back, set_share
from api.routes.knowledge.shapes import CHANGED, FOUND, REFUSED, deed_of
from api.routes.shapes import Desked, Shape, ShortText
from api.security.authentication import require
from api.security.principal import Principal
from evaluation.online.trials import list_candidates, newest_use, require_candidate

router = APIRouter(prefix="/v1/candidates", tags=["loop"])

Reporter = Annotated[Principal, Depends(require(Permission.REPORTS_READ))]
Decider = Annotated[Principal, Depends(require(Permission.CANDIDATES_DECIDE))]
Version = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]


class CandidateList(BaseModel):
    """All candidates, the newest first.

    Attributes:
        champion: The bundle in use.
        bound: Whether ``BAOWEN_BUNDLE`` names it, so that nothing can be promoted here.
        before: The bundle that a rollback would put back in use.
        gate: How far the gate's check of the one on trial is.
    """

    champion: str
    bound: bool
    before: str | None
    candidates: list[Json]
    gate: Json


class Reason(Shape):
    """Why it is done."""

    reason: ShortText = ""


class ShareOf(Shape):
    """Which share of conversations a candidate answers itself."""

    share: float = Field(ge=0, le=1)


@router.get("", responses=REFUSED)
def candidates(request: Request, desk: Desked, _: Reporter) -> CandidateList:
    """Tell which bundles were tried beside the one in use, and how far the gate is."""
    services = desk.serving.services
    with desk.reading() as session:
        rows, use = list_candidates(session), newest_use(session)
        actors = {actor for row in rows for actor in (row.started_by, row.ended_by) if actor}
        names = display_names(session, actors)
        told = [candidate_view(row, names) for row in rows]
        before = use.before_version if use else None
    tried = next((row["version"] for row in told if row["state"] == "on_trial"), None)
    job = latest_check(services, jobs_of(request), tried) if tried else None
    return CandidateList(
        champion=services.bundle.version,
        bound=services.settings.bundle is not None,
        before=before,
        candidates=told,
        gate=gate_view(job, now()),
    )


@router.get("/{version}/comparison", responses=FOUND)
def comparison(desk: Desked, _: Reporter, version: Version) -> Json:
    """Tell what a candidate decides otherwise on live traffic, and what came of both arms."""
    with desk.reading() as session:
        return comparison_view(session, require_candidate(session, version).version)


@router.put("/{version}/share", responses=CHANGED, status_code=204)
def share(desk: Desked, principal: Decider, version: Version, body: Annotated[ShareOf, Body()]) -> None:
    """Let a candidate answer another share of conversations; 0 is none."""
    set_share(desk.serving.services, version, body.share)
    _note(desk, principal, "candidate.shared", version, {"share": body.share})


@router.post("/{version}/gate", responses=CHANGED, status_code=202)
def check(request: Request, desk: Desked, principal: Decider, version: Version) -> Json:
    """Begin to ask the labelled rows of both bundles; ``GET /v1/candidates`` tells how far it is."""
    with desk.reading() as session:
        require_candidate(session, version)
    job = begin_check(desk.serving.services, jobs_of(request), version, principal.actor)
    _note(desk, principal, "candidate.checked", version, {})
    return gate_view(job, now())


@router.post("/{version}/promotion", responses=CHANGED, status_code=204)
def promotion(
    request: Request, desk: Desked, principal: Decider, version: Version, body: Annotated[Reason, Body()]
) -> None:
    """Put a candidate in use that the gate let through within a day."""
    services = desk.serving.services
    lines = require_verdict(services, jobs_of(request), version)
    promote(services, version, lines, deed_of(principal, body.reason))
    _note(desk, principal, "candidate.promoted", version, {"reason": body.reason})


@router.post("/{version}/rejection", responses=CHANGED, status_code=204)
def rejection(desk: Desked, principal: Decider, version: Version, body: Annotated[Reason, Body()]) -> None:
    """End a trial without a promotion."""
    reject(desk.serving.services, version, deed_of(principal, body.reason))
    _note(desk, principal, "candidate.rejected", version, {"reason": body.reason})


@router.post("/rollback", responses=CHANGED, status_code=204)
def rollback(desk: Desked, principal: Decider, body: Annotated[Reason, Body()]) -> None:
    """Put the bundle back in use that was before the last promotion."""
    before = roll_back(desk.serving.services, deed_of(principal, body.reason))
    _note(desk, principal, "candidate.rolled_back", before.version, {"reason": body.reason})


def _note(desk: Desked, principal: Principal, action: str, version: str, detail: Json) -> None:
    with desk.transaction() as session:
        audit(session, principal.actor, action, f"bundle:{version}", detail)
