"""``/v1/variants``: questions of customers that may become variants, accepted one by one."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query
from pydantic import AfterValidator, Field, StringConstraints

from api.knowledge.variants import proposed_variants
from api.routes.knowledge.shapes import CHANGED, FOUND, REFUSED, Editor, Json, deed_of
from api.routes.shapes import Desked, EntryName, Shape
from knowledge_base.database import storable
from knowledge_base.editing import variants

router = APIRouter(prefix="/variants", tags=["knowledge"])

_Text = Annotated[str, AfterValidator(storable), StringConstraints(min_length=1, max_length=500)]
_REASON = "proposed by a customer's question"


class Proposed(Shape):
    """A text as it was proposed for an entry."""

    entry_id: EntryName
    proposed: _Text


class Accepted(Proposed):
    """The same, taken up."""

    text: Annotated[
        str, AfterValidator(storable), StringConstraints(strip_whitespace=True, max_length=500)
    ] = Field(description="The variant, which may have been mended.")


@router.get("", responses=REFUSED)
def list_proposals(
    desk: Desked,
    _: Editor,
    entry_id: Annotated[EntryName | Literal[""], Query(description="Only of this entry.")] = "",
    days: Annotated[int, Query(ge=1, le=730, description="Of the last days.")] = 90,
    after: Annotated[int, Query(ge=0, le=1_000_000, description="`next` of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Json:
    """List proposals by entry: from agents' labels, and from choices that customers picked."""
    since = dt.datetime.now(dt.UTC) - dt.timedelta(days=days)
    with desk.reading() as session:
        return proposed_variants(session, desk, since, entry_id, after, limit)


@router.post("/accept", responses=CHANGED)
def accept(desk: Desked, principal: Editor, taken: Annotated[Accepted, Body()]) -> Json:
    """Add a variant to the newest text of its entry, as a draft."""
    with desk.transaction() as session:
        revision = variants.accept_variant(
            session, taken.entry_id, taken.proposed, taken.text, deed_of(principal, _REASON)
        )
    return {"entry_id": taken.entry_id, "revision": revision}


@router.post("/reject", status_code=204, responses=FOUND)
def reject(desk: Desked, principal: Editor, said: Annotated[Proposed, Body()]) -> None:
    """Remember that the text is no variant of the entry: it is not proposed again."""
    with desk.transaction() as session:
        variants.reject_variant(session, said.entry_id, said.proposed, deed_of(principal))


@router.post("/reconsider", status_code=204, responses=REFUSED)
def reconsider(desk: Desked, _: Editor, said: Annotated[Proposed, Body()]) -> None:
    """Let a rejected text be proposed again."""
    with desk.transaction() as session:
        variants.forget_rejection(session, said.entry_id, said.proposed)
