"""Supervision, breaches with their file, and follow-ups."""

from __future__ import annotations

import datetime as dt
import io
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime

from api.accounts.audit import note as audit
from api.accounts.roles import Permission
from api.conversing.desk import now
from api.routes.desk.shapes import CHANGED, QUEUE, REFUSED, Json, Supervisor, Worker
from api.routes.shapes import Desked, HexId, Shape, ShortText
from api.security.authentication import require
from api.security.principal import Principal
from api.tickets.access import require_visible, visible
from api.tickets.supervising import follow_up_view, supervision, timer_views, timers
from assistant.desk.breaches import write_timers
from assistant.desk.follow_ups import due_follow_ups, finish_follow_up
from assistant.desk.tables import FollowUpRow
from knowledge_base.errors import NotFoundError

router = APIRouter(tags=["desk"])

Reporter = Annotated[Principal, Depends(require(Permission.REPORTS_READ))]


class Done(Shape):
    """What the customer said."""

    outcome: Literal["solved", "unsolved", "no_answer"]
    note: ShortText = ""


@router.get("/supervision", responses=REFUSED)
def supervise(desk: Desked, principal: Supervisor) -> Json:
    """Tell load by agent, waits, and what is late or soon will be."""
    with desk.reading() as session:
        return supervision(session, desk, principal, now())


@router.get("/breaches", responses=REFUSED | {200: {"content": {"text/csv": {}}}}, response_model=list[Json])
def breaches(
    request: Request,
    desk: Desked,
    principal: Reporter,
    near: bool = False,
    queue: Annotated[str | None, Query(pattern=QUEUE)] = None,
    since: Annotated[AwareDatetime | None, Query(description="Also what was done late since.")] = None,
) -> list[Json] | Response:
    """List what is late, or soon will be; with ``Accept: text/csv`` as a file, noted in the audit log."""
    at = now()
    moment = since.astimezone(dt.UTC) if since and since.year > 1 else None
    with desk.reading() as session:
        found = [one for one in timers(session, desk, at, moment, near=near) if queue in (None, one.queue)]
        if "text/csv" not in request.headers.get("accept", ""):
            return timer_views(session, desk, found)
    told = {"near": near, "queue": queue, "rows": len(found)}
    with desk.transaction() as session:
        audit(session, principal.actor, "report.exported", "breaches", told)
    stream = io.StringIO(newline="")
    write_timers(found, stream)
    name = f"breaches-{at:%Y%m%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    body = stream.getvalue().encode("utf-8-sig")  # Excel takes it for another encoding without the mark
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/follow-ups", responses=REFUSED)
def follow_ups(desk: Desked, principal: Worker) -> list[Json]:
    """List what is due in one's queues, the longest due first."""
    with desk.reading() as session:
        found = due_follow_ups(session, now(), visible(principal))
        return [follow_up_view(session, desk, row) for row in found]


@router.post("/follow-ups/{follow_up_id}/done", responses=CHANGED)
def follow_up_done(
    desk: Desked, principal: Worker, follow_up_id: HexId, done: Annotated[Done, Body()]
) -> Json:
    """Record what the customer said."""
    with desk.transaction() as session:
        row = session.get(FollowUpRow, follow_up_id)
        if row is None:
            raise NotFoundError(f"There is no follow-up {follow_up_id!r}. Load the list again.")
        require_visible(session, principal, row.ticket_id)
        row = finish_follow_up(session, follow_up_id, done.outcome, principal.actor, now(), done.note)
        return follow_up_view(session, desk, row)
