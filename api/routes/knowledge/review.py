"""``/v1/review`` and what goes with it: an entry on its way to the second person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query

from api.knowledge import review
from api.knowledge.job_views import job_view
from api.knowledge.jobs import Jobs, jobs_of
from api.knowledge.replaying import kept_replay, order_replay
from api.routes.knowledge.review_shapes import MAX_NUMBER, Chosen, NewComment, SendingBack, Submitting
from api.routes.knowledge.shapes import CHANGED, FOUND, REFUSED, Editor, EntryId, Json, deed_of
from api.routes.shapes import Desked
from knowledge_base.editing.comments import add_comment, entry_comments

router = APIRouter(tags=["knowledge"])
Jobbed = Annotated[Jobs, Depends(jobs_of)]


@router.post("/entries/submit", responses=CHANGED)
def submit(desk: Desked, principal: Editor, chosen: Annotated[Submitting, Body()]) -> Json:
    """Hand drafts to review: all of them, or none."""
    with desk.serving.services.database.transaction() as session:
        return {"ids": review.submit(session, chosen.ids, deed_of(principal, chosen.comment))}


@router.post("/entries/send-back", responses=CHANGED)
def send_back(desk: Desked, principal: Editor, chosen: Annotated[SendingBack, Body()]) -> Json:
    """Give entries in review back to be worked on: all of them, or none."""
    with desk.serving.services.database.transaction() as session:
        return {"ids": review.send_back(session, chosen.ids, deed_of(principal, chosen.comment))}


@router.get("/review", responses=REFUSED)
def queue(
    desk: Desked,
    principal: Editor,
    after: Annotated[int, Query(ge=0, le=MAX_NUMBER, description="`next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Json:
    """List what is in review, the longest first, with what the asking person may do with it."""
    with desk.reading() as session:
        return review.review_queue(session, desk, principal, after, limit)


@router.get("/review/{entry_id}", responses=FOUND)
def one_in_review(desk: Desked, jobs: Jobbed, principal: Editor, entry_id: EntryId) -> Json:
    """Return one entry in review with its diff, findings, comments, and the report if there is one."""
    with desk.reading() as session:
        view = review.whole_review(session, desk, principal, entry_id)
    with desk.reading() as session:
        job = kept_replay(desk.serving.services, jobs, view["newest"], {entry_id: view["revision"]})
        return view | {"replay": job_view(session, job) if job else None}


@router.post("/review/replay", status_code=202, responses=CHANGED)
def replay(desk: Desked, jobs: Jobbed, principal: Editor, chosen: Annotated[Chosen, Body()]) -> Json:
    """Begin a report on publishing entries: all checks, and the questions that would be decided otherwise."""
    job = order_replay(desk, jobs, chosen.ids, deed_of(principal))
    with desk.reading() as session:
        return job_view(session, job)


@router.get("/entries/{entry_id}/comments", responses=FOUND)
def comments(desk: Desked, _: Editor, entry_id: EntryId) -> list[Json]:
    """List what was said of an entry, the oldest first."""
    with desk.reading() as session:
        return review.comment_views(session, entry_comments(session, entry_id))


@router.post("/entries/{entry_id}/comments", status_code=201, responses=FOUND)
def comment(desk: Desked, principal: Editor, entry_id: EntryId, new: Annotated[NewComment, Body()]) -> Json:
    """Say something of a revision."""
    with desk.serving.services.database.transaction() as session:
        said = add_comment(session, entry_id, new.revision, deed_of(principal, new.text))
        return review.comment_views(session, [said])[0]
