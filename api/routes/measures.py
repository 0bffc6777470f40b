"""``/v1/measures``: figures, topics, complaints, the rows behind, files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from api.accounts.audit import note as audit
from api.accounts.roles import Permission
from api.conversing.desk import Desk
from api.measuring import files
from api.measuring.asking import Asked, Channel, Day, Intent, Product, asked
from api.measuring.deliveries import deliveries
from api.measuring.rows import rows_behind
from api.measuring.staffing_views import staffing_view
from api.measuring.views import certificate_view, complaints_view, figures_view, topics_view
from api.routes.shapes import Desked, errors
from api.security.authentication import require
from api.security.principal import Principal
from evaluation.online.audit_results import answer_accuracy
from evaluation.online.facts.family import Family
from evaluation.online.figures import Figure
from evaluation.online.measures import measure
from evaluation.online.staffing import Goal
from evaluation.online.targets import read_targets

router = APIRouter(prefix="/v1/measures", tags=["measures"])

REFUSED = errors(401, 403, 422, 429, 503)
Reporter = Annotated[Principal, Depends(require(Permission.REPORTS_READ))]
Json = dict[str, Any]
_FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def asked_for(
    desk: Desked,
    since: Day = None,
    until: Day = None,
    channel: Channel = "",
    intent: Intent = "",
    product: Product = "",
) -> Asked:
    """Return the days and the filter of a request."""
    return asked(desk, since, until, channel, intent, product)


AskedFor = Annotated[Asked, Depends(asked_for)]


def own_families(request: Request) -> tuple[Family, ...]:
    """Return the facts whose tables are the API's own."""
    return (deliveries(request.app.state.channels.channels),)


Own = Annotated[tuple[Family, ...], Depends(own_families)]


@router.get("", responses=REFUSED)
def measures(request: Request, desk: Desked, _: Reporter, asked: AskedFor, own: Own) -> Json:
    """Tell every measure of a period: value, 95 % interval, trend, target, verdict."""
    with desk.reading() as session:
        figures = _figures(session, desk, asked, own)
    told = figures_view(desk, asked, figures, request.app.state.channels)
    return told | {"certificate": certificate_view(desk.serving.services)}


@router.get("/topics", responses=REFUSED)
def topics(desk: Desked, _: Reporter, asked: AskedFor) -> Json:
    """Tell what is asked most in a period, and what rises in its last week."""
    with desk.reading() as session:
        return topics_view(session, desk, asked)


@router.get("/complaints", responses=REFUSED)
def complaints(desk: Desked, _: Reporter, asked: AskedFor) -> list[Json]:
    """Tell the complaints received in a period by class and cause."""
    with desk.reading() as session:
        return complaints_view(session, desk, asked)


@router.get("/file", responses=REFUSED | {200: {"content": {"text/csv": {}}}})
def file(
    desk: Desked,
    principal: Reporter,
    asked: AskedFor,
    own: Own,
    format: Annotated[Literal["csv", "xlsx"], Query()] = "csv",
) -> Response:
    """Give the figures as a file; noted in the audit log."""
    with desk.reading() as session:
        figures = _figures(session, desk, asked, own)
    table = (files.FIGURE_COLUMNS, files.figure_rows(figures))
    if format == "csv":
        body = files.write_csv(*table)
    else:
        trend = (files.TREND_COLUMNS, files.trend_rows(figures))
        body = files.write_workbook({"指标": table, "每日": trend})
    last = asked.period.until - dt.timedelta(days=1)
    with desk.transaction() as session:
        told = {"since": str(asked.period.since), "until": str(last), "format": format}
        audit(session, principal.actor, "report.exported", "measures", told)
    name = f"measures-{asked.period.since:%Y%m%d}-{last:%Y%m%d}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=_FILES[format], headers=headers)


@router.get("/staffing", responses=REFUSED)
def staffing(
    desk: Desked,
    _: Reporter,
    asked: AskedFor,
    handoff: Annotated[float | None, Query(ge=0.001, le=1)] = None,
    within: Annotated[float, Query(ge=0, le=3600)] = 30,
    share: Annotated[float, Query(ge=0.5, le=0.99)] = 0.9,
    at_once: Annotated[int, Query(ge=1, le=10)] = 1,
) -> Json:
    """Tell how many people a handoff rate needs by hour of the day, and what the assistant saves."""
    goal = Goal(handoff or 0.0, within, share, at_once)
    with desk.reading() as session:
        return staffing_view(session, desk, asked, goal, handoff)


@router.get("/{measure_id}/rows", responses=REFUSED)
def rows(
    desk: Desked,
    principal: Reporter,
    asked: AskedFor,
    own: Own,
    measure_id: Annotated[str, Path(pattern=r"^[a-z_]{1,40}$")],
) -> list[Json]:
    """List what stands behind a measure, texts masked, at most 100, the newest day first."""
    with desk.reading() as session:
        return rows_behind(session, desk, principal, asked, measure_id, own)


def _figures(session: Session, desk: Desk, asked: Asked, own: Sequence[Family]) -> tuple[Figure, ...]:
    targets, scope = read_targets(desk.serving.services.home.content), asked.scope(session, desk)
    outside = {"answer_accuracy": answer_accuracy(session, scope, asked.wanted)}
    return measure(session, scope, asked.wanted, targets, own, outside)
