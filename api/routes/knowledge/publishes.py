"""``/v1/publishes`` and ``/v1/jobs``: publishing at once or at a day to come."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Body, Path
from pydantic import Field

from api.knowledge import publishing
from api.knowledge.job_views import job_view
from api.knowledge.jobs import find_job
from api.knowledge.publishing import Order
from api.routes.knowledge.review import Jobbed
from api.routes.knowledge.review_shapes import MAX_NUMBER, Chosen, Revision
from api.routes.knowledge.shapes import CHANGED, FOUND, REFUSED, Editor, Json, Publisher, deed_of
from api.routes.shapes import Desked, EntryName, HexId, ShortText

router = APIRouter(tags=["knowledge"])


class Publishing(Chosen):
    """Entries in review that are to be published."""

    reason: ShortText = ""
    at: dt.date | None = Field(default=None, description="A day to come; at once without it.")
    force: bool = Field(default=False, description="In spite of errors; needs a reason.")
    revisions: dict[EntryName, Revision] = Field(
        default_factory=dict, description="What was looked at: an entry with a newer revision is a 409."
    )


@router.post("/publishes", status_code=202, responses=CHANGED)
def publish(desk: Desked, jobs: Jobbed, principal: Publisher, order: Annotated[Publishing, Body()]) -> Json:
    """Begin to check entries and publish them; `GET /v1/jobs/{id}` tells what came of it."""
    asked = Order(tuple(order.ids), order.revisions, order.at, order.force)
    job = publishing.order_publish(desk, jobs, asked, deed_of(principal, order.reason))
    with desk.reading() as session:
        return job_view(session, job)


@router.get("/publishes", responses=REFUSED)
def scheduled(desk: Desked, _: Editor) -> list[Json]:
    """List scheduled publishes, what waits first, then what came of the newest others."""
    with desk.reading() as session:
        return publishing.scheduled_views(session)


@router.delete("/publishes/{number}", status_code=204, responses=CHANGED)
def cancel(desk: Desked, principal: Publisher, number: Annotated[int, Path(ge=1, le=MAX_NUMBER)]) -> None:
    """Call a scheduled publish off; its entries stay in review."""
    with desk.serving.services.database.transaction() as session:
        publishing.cancel_scheduled(session, number, deed_of(principal))


@router.get("/jobs/{job_id}", responses=FOUND)
def job(desk: Desked, _: Editor, job_id: HexId) -> Json:
    """Tell how far a publish, a rollback or a report is, what came of it, or why it failed."""
    with desk.reading() as session:
        return job_view(session, find_job(session, job_id))
