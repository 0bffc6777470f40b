"""``/v1/audits``: random samples of decisions that people judge."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.accounts.audit import note as audit
from api.accounts.roles import Permission
from api.conversing.desk import Desk, now
from api.measuring.asking import Day, asked
from api.measuring.audit_views import audits_view, item_view
from api.routes.shapes import Desked, EntryName, HexId, Shape, ShortText, errors
from api.security.authentication import require
from api.security.principal import Principal
from api.tickets.helping import search_knowledge
from assistant.decision_log import DecisionRow
from evaluation.online.audit_results import accuracy_of, calibration_rows
from evaluation.online.audits import (
    SampleKind,
    Verdict,
    Wanted,
    draw_sample,
    judge,
    next_item,
    read_judged,
    sample_size,
)
from evaluation.online.definitions import MINIMUM
from evaluation.online.targets import read_targets

router = APIRouter(prefix="/v1/audits", tags=["audits"])

REFUSED = errors(401, 403, 422, 429, 503)
CHANGED = REFUSED | errors(404, 409)
Reporter = Annotated[Principal, Depends(require(Permission.REPORTS_READ))]
Judge = Annotated[Principal, Depends(require(Permission.AUDITS_JUDGE))]
Json = dict[str, Any]
HalfWidth = Annotated[float, Query(ge=0.005, le=0.2)]


class NewSample(Shape):
    """Which decisions are drawn, and how well the share is to be known."""

    kind: SampleKind
    since: dt.date | None = None
    until: dt.date | None = None
    half_width: float = Field(default=0.03, ge=0.005, le=0.2, description="Half of the 95 % interval.")


class Judgement(Shape):
    """What one person says of a decision."""

    verdict: Verdict
    right_entry_id: EntryName | None = None
    note: ShortText = ""


@router.get("", responses=REFUSED)
def audits(desk: Desked, principal: Reporter) -> Json:
    """Tell how far the audits are, and how far the judges agree."""
    with desk.reading() as session:
        return audits_view(session, principal.actor)


@router.get("/size", responses=REFUSED)
def size(
    desk: Desked,
    _: Reporter,
    kind: Annotated[Literal["answers", "decisions"], Query()] = "answers",
    since: Day = None,
    until: Day = None,
    half_width: HalfWidth = 0.03,
) -> Json:
    """Tell how many decisions would be drawn for an interval of a width."""
    with desk.reading() as session:
        wanted = _wanted(session, desk, NewSample(kind=kind, since=since, until=until, half_width=half_width))
        found = select(func.count()).select_from(DecisionRow)
        found = found.where(DecisionRow.decided_at >= wanted.since, DecisionRow.decided_at < wanted.until)
        if kind == "answers":
            found = found.where(DecisionRow.action == "answer")
        population = session.scalar(found) or 0
    drawn = sample_size(population, half_width, wanted.expected)
    return {"population": population, "size": drawn, "expected": wanted.expected}


@router.post("/samples", status_code=201, responses=CHANGED)
def sample(desk: Desked, principal: Judge, new: Annotated[NewSample, Body()]) -> Json:
    """Draw a sample and queue it for judgement; noted in the audit log."""
    domains = {one.id: one.domain for one in desk.taxonomy.intents.values()}
    with desk.transaction() as session:
        wanted = _wanted(session, desk, new)
        batch = draw_sample(session, wanted, lambda intent: domains.get(intent, ""), principal.actor, now())
        told = {"kind": batch.kind, "population": batch.population}
        audit(session, principal.actor, "audit.drawn", f"audit:{batch.id}", told)
        return audits_view(session, principal.actor)


@router.get("/next", responses=REFUSED)
def following(
    desk: Desked,
    principal: Judge,
    skip: Annotated[list[str] | None, Query(max_length=50)] = None,
) -> Json:
    """Tell what to judge next, blind; ``item`` is null where there is nothing left for this person."""
    with desk.reading() as session:
        item = next_item(session, principal.actor, skip or ())
        return {"item": item_view(session, desk, item) if item else None}


@router.post("/{item_id}/judgement", status_code=204, responses=CHANGED)
def give(desk: Desked, principal: Judge, item_id: HexId, given: Annotated[Judgement, Body()]) -> None:
    """Keep a judgement; where the first two disagree, a third person is asked."""
    with desk.transaction() as session:
        judge(session, item_id, principal.actor, given.verdict, now(), given.right_entry_id, given.note)


@router.get("/entries", responses=REFUSED)
def entries(desk: Desked, _: Judge, q: Annotated[str, Query(min_length=1, max_length=500)]) -> list[Json]:
    """Find entries, to name the right one."""
    return [
        {name: one[name] for name in ("entry_id", "question", "text", "intent_name")}
        for one in search_knowledge(desk, q)
    ]


@router.get("/file", responses=REFUSED | {200: {"content": {"application/jsonl": {}}}})
def file(desk: Desked, principal: Reporter) -> Response:
    """Give the judged decisions of simple random samples as rows for ``baowen calibrate``."""
    intents = {one.id: one.intent for one in desk.serving.services.snapshot.entries.values()}
    with desk.reading() as session:
        rows = list(calibration_rows(session, intents))
    with desk.transaction() as session:
        audit(session, principal.actor, "report.exported", "audits", {"rows": len(rows)})
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="audits-{now():%Y%m%d-%H%M}.jsonl"'}
    return Response(body.encode(), media_type="application/jsonl", headers=headers)


def _wanted(session: Session, desk: Desk, new: NewSample) -> Wanted:
    """Return what is drawn; expected is what was found so far, or else the target."""
    period = asked(desk, new.since, new.until).period
    known = accuracy_of(read_judged(session, DecisionRow.action == "answer"))
    target = read_targets(desk.serving.services.home.content).of("answer_accuracy")
    expected = known.value if known.value is not None and known.n >= MINIMUM else None
    aimed = target.at_least if target and target.at_least is not None else 0.85
    return Wanted(new.kind, period.start, period.end, new.half_width, expected or aimed)
