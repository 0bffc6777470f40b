"""``GET /v1/audit``: who did what."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from api.accounts.audit import list_notes
from api.accounts.roles import Permission
from api.accounts.types import AuditNote
from api.accounts.users import display_names
from api.security.authentication import require
from api.security.gate import gate_of
from api.security.principal import Principal

router = APIRouter(tags=["audit"])

_MAX_ID = 2**31 - 1
Word = Annotated[str, Query(pattern=r"^[\x21-\x7e]*$", max_length=200)]
Reader = Annotated[Principal, Depends(require(Permission.AUDIT_READ))]


class NoteShape(BaseModel):
    """Something that was done."""

    id: int
    at: dt.datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    subject_name: str
    detail: dict[str, Any]


class NoteList(BaseModel):
    """Notes, the newest first; ``next`` is the cursor of older ones."""

    notes: list[NoteShape]
    next: str | None


@router.get("/audit")
def audit(
    _: Reader,
    request: Request,
    cursor: Annotated[int | None, Query(ge=1, le=_MAX_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    actor: Word = "",
    action: Word = "",
    subject: Word = "",
) -> NoteList:
    """List what was done; an action that ends with a dot means all that begin so."""
    with gate_of(request).database.reading() as session:
        found = list_notes(
            session, before=cursor, limit=limit + 1, actor=actor, action=action, subject=subject
        )
        names = display_names(session, [who for note in found for who in (note.actor, note.subject)])
    notes = [_shape(note, names) for note in found[:limit]]
    return NoteList(notes=notes, next=str(notes[-1].id) if len(found) > limit else None)


def _shape(note: AuditNote, names: dict[str, str]) -> NoteShape:
    return NoteShape(
        id=note.id,
        at=note.at,
        actor=note.actor,
        actor_name=names[note.actor],
        action=note.action,
        subject=note.subject,
        subject_name=names[note.subject],
        detail=note.detail,
    )
