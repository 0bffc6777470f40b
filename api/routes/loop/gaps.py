"""``/v1/gaps``: what is missing, dismissed or made a draft."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from pydantic import BaseModel, Field

from api.accounts.roles import Permission
from api.conversing.desk import Desk, now
from api.loop.gap_views import View, found_view
from api.loop.gaps import FoundGaps, GapFinder, as_dismissed, period_of
from api.routes.knowledge.shapes import CHANGED, FOUND, REFUSED, Editor, deed_of
from api.routes.shapes import Desked, EntryName, MessageText, Shape, ShortText
from api.security.authentication import require
from api.security.principal import Principal
from evaluation.online.dismissals import dismiss, dismissed_ids, take_back
from evaluation.online.gaps import Gap
from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.repository import find_entry
from knowledge_base.editing.types import Edit
from knowledge_base.errors import NotFoundError

router = APIRouter(prefix="/v1", tags=["loop"])

Reader = Annotated[Principal, Depends(require(Permission.KNOWLEDGE_WRITE, Permission.REPORTS_READ))]
GapId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]
Since = Annotated[dt.date | None, Query(description="The first day; default: four weeks.")]
Until = Annotated[dt.date | None, Query(description="The last day; default: today.")]


class GapList(BaseModel):
    """Gaps of a period; ``working`` while they are looked for the first time: ask again in a second."""

    state: Literal["working", "done"]
    found: View | None


class Dismissal(Shape):
    """Why a group is no gap."""

    reason: ShortText = ""
    since: dt.date | None = None
    until: dt.date | None = None


class Variants(Shape):
    """Questions that become further wordings of an entry."""

    entry_id: EntryName
    texts: list[MessageText] = Field(min_length=1, max_length=50)


class DraftView(BaseModel):
    """The draft that holds the new wordings."""

    entry_id: str
    revision: int
    added: int


@router.get("/gaps", responses=REFUSED)
def gaps(
    request: Request,
    desk: Desked,
    _: Reader,
    since: Since = None,
    until: Until = None,
    top: Annotated[int, Query(ge=1, le=200)] = 30,
    dismissed: bool = False,
) -> GapList:
    """Tell the largest groups of questions that were not served, with trend and nearest entries."""
    found = _look(request, desk, since, until)
    if found is None:
        return GapList(state="working", found=None)
    return GapList(state="done", found=found_view(found, top, dismissed=dismissed))


@router.put("/gaps/{gap_id}/dismissal", responses=FOUND, status_code=204)
def dismiss_gap(
    request: Request, desk: Desked, principal: Editor, gap_id: GapId, body: Annotated[Dismissal, Body()]
) -> None:
    """Remember that a group is no gap; it comes back when it is asked twice as often."""
    found = _look(request, desk, body.since, body.until)
    gap = _gap(found, gap_id)
    with desk.transaction() as session:
        dismiss(session, gap, found.asked if found else 0, principal.actor, body.reason, now())


@router.delete("/gaps/{gap_id}/dismissal", responses=REFUSED, status_code=204)
def take_gap_back(desk: Desked, _: Editor, gap_id: GapId) -> None:
    """Count a dismissed group as a gap again; the id is what its ``dismissed`` tells."""
    with desk.transaction() as session:
        take_back(session, gap_id)


@router.post("/gaps/variants", responses=CHANGED, status_code=201)
def add_variants(desk: Desked, principal: Editor, body: Annotated[Variants, Body()]) -> DraftView:
    """Save questions as further wordings of an entry, as a draft that goes through review and checks."""
    deed = deed_of(principal, "from gaps")
    with desk.transaction() as session:
        entry = find_entry(session, body.entry_id)
        if entry is None or entry.status == "retired":
            raise NotFoundError(f"There is no entry {body.entry_id!r}. Load the gaps again.")
        known = set(entry.questions)
        added = tuple(dict.fromkeys(text.strip() for text in body.texts if text.strip() not in known))
        draft = replace(entry, variants=(*entry.variants, *added))
        save_edits(session, [Edit(draft, entry.revision)], deed)
        saved = find_entry(session, body.entry_id)
    revision = saved.revision if saved else entry.revision
    return DraftView(entry_id=entry.id, revision=revision, added=len(added))


def _look(request: Request, desk: Desk, since: dt.date | None, until: dt.date | None) -> FoundGaps | None:
    services = desk.serving.services
    begin, end = period_of(services, since, until)
    finder: GapFinder = request.app.state.gaps
    found = finder.look(services, begin, end)
    if found is None:
        return None
    with desk.reading() as session:
        return as_dismissed(found, dismissed_ids(session))


def _gap(found: FoundGaps | None, gap_id: str) -> Gap:
    for gap in found.gaps if found else ():
        if gap.id == gap_id:
            return gap
    raise NotFoundError(f"There is no gap {gap_id!r} in this period any more. Load the gaps again.")
