"""``/v1/entries/{id}``: one entry read, written, retired, or its draft given up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from fastapi.responses import JSONResponse, Response

from api.errors import error_response
from api.knowledge import writing
from api.knowledge.reading import entry_view
from api.routes.knowledge.shapes import CHANGED, FOUND, Editor, EntryId, Json, deed_of
from api.routes.knowledge.writing_shapes import ChangedEntry, Discarding, NewEntry, Retiring
from api.routes.shapes import Desked
from knowledge_base.editing.drafts import StaleEditError, discard
from knowledge_base.errors import ConflictError

router = APIRouter(prefix="/entries", tags=["knowledge"])

STALE = CHANGED | {200: {"model": Json}}


@router.post("", status_code=201, responses=CHANGED)
def create_entry(desk: Desked, principal: Editor, new: Annotated[NewEntry, Body()]) -> Json:
    """Save a new entry as a draft."""
    with desk.transaction() as session:
        entry_id = new.id or writing.propose_id(session, new.entry.intent, new.entry.question)
        writing.create(session, new.entry.to_entry(entry_id), deed_of(principal, new.reason))
        session.flush()
        return entry_view(session, desk, entry_id)


@router.get("/{entry_id}", responses=FOUND)
def read_entry(desk: Desked, _: Editor, entry_id: EntryId) -> Json:
    """Tell all of one entry: the newest text, where it stands, what is published."""
    with desk.reading() as session:
        return entry_view(session, desk, entry_id)


@router.put("/{entry_id}", responses=STALE)
def save_entry(
    desk: Desked, principal: Editor, entry_id: EntryId, changed: Annotated[ChangedEntry, Body()]
) -> Response:
    """Save a draft; where somebody saved first, 409 with both sides by field in ``detail``."""
    entry = changed.entry.to_entry(entry_id)
    try:
        with desk.transaction() as session:
            saved = writing.save(session, entry, changed.based_on, deed_of(principal, changed.reason))
            session.flush()
            return JSONResponse(entry_view(session, desk, entry_id) | {"saved": saved})
    except StaleEditError as error:
        return _stale(desk, error)


@router.post("/{entry_id}/retire", responses=STALE)
def retire_entry(
    desk: Desked, principal: Editor, entry_id: EntryId, why: Annotated[Retiring, Body()]
) -> Response:
    """Draft that the entry is taken away; it is served until that is reviewed and published."""
    try:
        with desk.transaction() as session:
            writing.retire(session, entry_id, why.based_on, deed_of(principal, why.reason))
            session.flush()
            return JSONResponse(entry_view(session, desk, entry_id))
    except StaleEditError as error:
        return _stale(desk, error)


@router.post("/{entry_id}/discard", responses=CHANGED)
def discard_draft(
    desk: Desked, principal: Editor, entry_id: EntryId, why: Annotated[Discarding, Body()]
) -> Json:
    """Give up what was written since the last publish; all revisions stay in the history."""
    with desk.transaction() as session:
        newest = entry_view(session, desk, entry_id)["revision"]
        if newest != why.based_on:
            raise ConflictError(
                f"Somebody saved revision {newest} of {entry_id!r} in the meantime: nothing was discarded. "
                "Look at it first."
            )
        discard(session, entry_id, deed_of(principal, why.reason))
        session.flush()
        return entry_view(session, desk, entry_id)


def _stale(desk: Desked, error: StaleEditError) -> Response:
    with desk.reading() as session:
        detail = writing.stale_view(session, error.edits[0])
    return error_response(error.http_status, "stale_edit", error.message, detail)
