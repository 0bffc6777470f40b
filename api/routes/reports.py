"""``/v1/reports``: the reports of months and quarters that were written, to look up and download."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel

from api.accounts.audit import note as audit
from api.accounts.roles import Permission
from api.measuring.report_files import list_reports, report_path
from api.measuring.settings import ReportSettings
from api.routes.knowledge.shapes import FOUND, REFUSED
from api.routes.shapes import Desked
from api.security.authentication import require
from api.security.principal import Principal

router = APIRouter(prefix="/v1/reports", tags=["measures"])

Reporter = Annotated[Principal, Depends(require(Permission.REPORTS_READ))]
Name = Annotated[str, Path(pattern=r"^report-(month-\d{4}-\d{2}|quarter-\d{4}-Q[1-4])$")]
_TYPES = {
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ReportList(BaseModel):
    """The reports in the home folder, the newest period first; ``every``: what is written by itself."""

    every: list[str]
    after_days: int
    reports: list[dict[str, Any]]


@router.get("", responses=REFUSED)
def reports(request: Request, desk: Desked, _: Reporter) -> ReportList:
    """Tell which reports were written."""
    settings: ReportSettings = request.app.state.reports
    found = list_reports(desk.serving.services.home.reports)
    return ReportList(every=sorted(settings.every), after_days=settings.after_days, reports=found)


@router.get("/{name}", responses=FOUND | {200: {"content": {"text/html": {}}}}, response_class=FileResponse)
def report(
    desk: Desked,
    principal: Reporter,
    name: Name,
    format: Annotated[Literal["html", "xlsx"], Query()] = "html",
) -> FileResponse:
    """Give a report as a file; noted in the audit log."""
    path = report_path(desk.serving.services.home.reports, name, format)
    with desk.transaction() as session:
        audit(session, principal.actor, "report.exported", name, {"format": format})
    return FileResponse(path, media_type=_TYPES[format], filename=path.name)
