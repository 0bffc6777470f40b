"""``/v1/drift``: what is watched, and the alarms; ``/metrics`` for Prometheus."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel

from api.accounts.audit import note as audit
from api.accounts.roles import Permission
from api.accounts.users import display_names
from api.conversing.desk import now
from api.loop.drift import alarm_view, watch_of
from api.loop.metrics import metrics_text
from api.routes.knowledge.shapes import FOUND, REFUSED
from api.routes.shapes import Desked, HexId, Shape, ShortText
from api.security.authentication import require
from api.security.principal import Principal
from evaluation.online.alarms import list_alarms, note_seen
from knowledge_base.errors import NotFoundError

router = APIRouter(prefix="/v1", tags=["loop"])
metrics_router = APIRouter(tags=["health"])

Reporter = Annotated[Principal, Depends(require(Permission.REPORTS_READ))]


class WatchView(BaseModel):
    """What traffic is compared with; ``collecting`` until the reference is complete."""

    state: Literal["nothing", "collecting", "watching"]
    reference_since: str | None = None
    reference_until: str | None = None
    bundle: str
    thresholds: str


class DriftView(BaseModel):
    """What is watched, and the newest alarms, the newest first."""

    watch: WatchView
    certificate: str
    alarms: list[dict[str, Any]]


class Seen(Shape):
    """What came of looking at an alarm."""

    note: ShortText = ""


@router.get("/drift", responses=REFUSED)
def drift(desk: Desked, _: Reporter) -> DriftView:
    """Tell whether the traffic is that of the first weeks, and what was found to have changed."""
    services = desk.serving.services
    with desk.reading() as session:
        rows = list_alarms(session)
        names = display_names(session, {row.seen_by for row in rows if row.seen_by})
        alarms = [alarm_view(row) | {"seen_by_name": names.get(row.seen_by or "")} for row in rows]
    made_by = {"bundle": services.bundle.version, "thresholds": services.bundle.thresholds.version}
    watch = watch_of(services)
    view = WatchView(state="nothing", **made_by)
    if watch:
        moments = {"reference_since": watch.since.isoformat(), "reference_until": watch.until.isoformat()}
        view = WatchView(state=watch.state(now()), **moments, **made_by)
    return DriftView(watch=view, certificate=services.standing.stand, alarms=alarms)


@router.put("/drift/alarms/{alarm_id}/seen", responses=FOUND, status_code=204)
def see_alarm(desk: Desked, principal: Reporter, alarm_id: HexId, body: Annotated[Seen, Body()]) -> None:
    """Note that somebody has looked at an alarm; it counts as open no more."""
    with desk.transaction() as session:
        if note_seen(session, alarm_id, principal.actor, body.note, now()) is None:
            raise NotFoundError(f"There is no alarm {alarm_id!r}. Load the alarms again.")
        audit(session, principal.actor, "alarm.seen", f"alarm:{alarm_id}", {"reason": body.note})


@metrics_router.get("/metrics", responses=REFUSED | {200: {"content": {"text/plain": {}}}})
def metrics(desk: Desked, _: Reporter) -> Response:
    """Tell figures of the loop in Prometheus's text format; scrape with a key that reads reports."""
    return Response(metrics_text(desk.serving.services), media_type=CONTENT_TYPE_LATEST)
