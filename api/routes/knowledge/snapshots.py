"""``/v1/snapshots`` and the history of an entry."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from pydantic import Field

from api.knowledge.entry_history import restore, whole_history
from api.knowledge.job_views import job_view
from api.knowledge.publishing import order_rollback
from api.knowledge.snapshots import rollback_preview, snapshot_page, whole_snapshot
from api.routes.knowledge.review import Jobbed
from api.routes.knowledge.review_shapes import MAX_NUMBER, Restoring, WrittenReason
from api.routes.knowledge.shapes import CHANGED, FOUND, REFUSED, Editor, EntryId, Json, Publisher, deed_of
from api.routes.shapes import Desked, Shape

router = APIRouter(tags=["knowledge"])

Number = Annotated[int, Path(ge=1, le=MAX_NUMBER)]
Shown = Annotated[int, Query(ge=1, le=200)]
After = Annotated[str, Query(max_length=120, description="`next` of the page before.")]
Base = Annotated[int | None, Query(ge=1, le=MAX_NUMBER)]


class GoingBack(Shape):
    """Why one goes back, and what was the newest snapshot when that was decided."""

    reason: WrittenReason
    base: int = Field(ge=1, le=MAX_NUMBER)
    force: bool = False


@router.get("/snapshots", responses=REFUSED)
def snapshots(desk: Desked, _: Editor, before: Base = None, limit: Shown = 50) -> Json:
    """List the published states, the newest first, and which of them serves."""
    with desk.reading() as session:
        return snapshot_page(session, desk, before, limit)


@router.get("/snapshots/{number}", responses=FOUND)
def snapshot(
    desk: Desked,
    _: Editor,
    number: Number,
    against: Annotated[int | None, Query(ge=0, le=MAX_NUMBER)] = None,
    after: After = "",
    limit: Shown = 50,
) -> Json:
    """Return a published state and how it differs from another, or from the one before it."""
    with desk.reading() as session:
        return whole_snapshot(session, desk, number, against, after, limit)


@router.get("/snapshots/{number}/rollback", responses=CHANGED)
def preview(
    desk: Desked, _: Editor, number: Number, base: Base = None, after: After = "", limit: Shown = 50
) -> Json:
    """Return what going back to a published state would do."""
    with desk.reading() as session:
        return rollback_preview(session, desk, number, base, after, limit)


@router.post("/snapshots/{number}/rollback", status_code=202, responses=CHANGED)
def roll_back(
    desk: Desked, jobs: Jobbed, principal: Publisher, number: Number, why: Annotated[GoingBack, Body()]
) -> Json:
    """Begin to publish anew what an older state held; `GET /v1/jobs/{id}` tells what came of it."""
    deed = deed_of(principal, why.reason)
    job = order_rollback(desk, jobs, number, why.base, deed, force=why.force)
    with desk.reading() as session:
        return job_view(session, job)


@router.get("/entries/{entry_id}/history", responses=FOUND)
def history(desk: Desked, _: Editor, entry_id: EntryId) -> Json:
    """Return all revisions of an entry: who, when, why, what changed, in which snapshot."""
    with desk.reading() as session:
        return whole_history(session, entry_id, desk.serving.services.tokenizer.cut)


@router.post("/entries/{entry_id}/restore", responses=CHANGED)
def restore_revision(
    desk: Desked, principal: Editor, entry_id: EntryId, what: Annotated[Restoring, Body()]
) -> Json:
    """Save an older revision's text as a new draft."""
    deed = deed_of(principal, what.reason)
    with desk.serving.services.database.transaction() as session:
        return restore(session, entry_id, what.revision, what.based_on, deed)
