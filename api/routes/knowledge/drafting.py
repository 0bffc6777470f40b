"""``/v1/entries/check``, ``validate``, ``preview``, ``try``, ``choices``: what helps while one writes."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request

from api.knowledge import sources
from api.knowledge.checking import check_draft
from api.knowledge.drafted import DraftedStates, drafted_of
from api.knowledge.job_views import job_view
from api.knowledge.parts import KnowledgeParts, parts_of
from api.knowledge.previewing import preview
from api.knowledge.trying import try_text
from api.knowledge.validating import order_validation
from api.routes.knowledge.review import Jobbed
from api.routes.knowledge.shapes import REFUSED, Editor, Json, deed_of
from api.routes.knowledge.writing_shapes import Checking, Draft, Trying, Validating
from api.routes.shapes import Desked
from assistant.types import DecisionContext

router = APIRouter(prefix="/entries", tags=["knowledge"])

Drafted = Annotated[DraftedStates, Depends(drafted_of)]
Parts = Annotated[KnowledgeParts, Depends(parts_of)]


@router.get("/choices", responses=REFUSED)
def what_fields_may_hold(request: Request, desk: Desked, states: Drafted, _: Editor) -> Json:
    """List intents, laws with their versions, products, channels and placeholders."""
    channels = frozenset(one.name for one in request.app.state.channels.channels)
    return sources.choices(desk, states, channels, dt.date.today())


@router.get("/free-id", responses=REFUSED)
def free_id(
    desk: Desked,
    _: Editor,
    intent: Annotated[str, Query(pattern=r"^[a-z0-9_]{0,60}$")] = "",
    question: Annotated[str, Query(max_length=500)] = "",
) -> Json:
    """Propose an id for a new entry, made of its intent and the sound of its question."""
    return {"id": sources.free_id(desk, intent, question)}


@router.post("/check", responses=REFUSED)
def check(desk: Desked, states: Drafted, _: Editor, draft: Annotated[Checking, Body()]) -> Json:
    """Tell all that a publish would have against the draft, each finding with its place."""
    return check_draft(desk, states, draft.to_entry(), dt.date.today(), thorough=draft.thorough)


@router.post("/validate", status_code=202, responses=REFUSED)
def validate(
    desk: Desked,
    jobs: Jobbed,
    parts: Parts,
    states: Drafted,
    principal: Editor,
    wanted: Annotated[Validating, Body()],
) -> Json:
    """Begin to check all entries as they stand now, drafts too; `GET /v1/jobs/{id}` tells what was found.

    Its `result` counts `entries`, `questions`, `errors` and `warnings`; each of the `findings` has
    `severity`, `code`, `message`, `entry_id` (empty for all entries together) with its `question`,
    `status` and `revision`, the place (`field`, `item`, `start`, `end`), and `stood`: what is published
    has the same fault. `search` tells of when the questions are that were asked, and whether an entry
    was saved since.
    """
    job = order_validation(parts, states, jobs, deed_of(principal), search=wanted.search)
    with desk.reading() as session:
        return job_view(session, job)


@router.post("/preview", responses=REFUSED)
def preview_entry(desk: Desked, _: Editor, draft: Annotated[Draft, Body()]) -> Json:
    """Tell the reply as the customer will read it, in both scripts."""
    return preview(desk.serving.services, draft.to_entry(), dt.date.today())


@router.post("/try", responses=REFUSED)
def try_draft(desk: Desked, states: Drafted, _: Editor, trying: Annotated[Trying, Body()]) -> Json:
    """Ask a question of what is published and of the same with the draft in place; nothing is logged."""
    context = DecisionContext(channel=trying.channel, history=tuple(trying.history))
    return try_text(desk, states, trying.to_entry(), trying.text, context)
