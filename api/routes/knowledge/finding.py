"""``GET /v1/entries...``: lists and search of entries, and what they can be narrowed to."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from api.knowledge.filters import ListName, Validity, Wanted
from api.knowledge.finding import find
from api.knowledge.listing import Order, Page, list_entries
from api.knowledge.overview import overview
from api.knowledge.parts import KnowledgeParts, parts_of
from api.routes.knowledge.shapes import REFUSED, Editor, Json
from knowledge_base.types import Source, Status

router = APIRouter(prefix="/entries", tags=["knowledge"])

Parts = Annotated[KnowledgeParts, Depends(parts_of)]
_Name = Annotated[str, Query(max_length=120)]


def _wanted(
    intent: Annotated[list[str] | None, Query(max_length=100)] = None,
    domain: Annotated[_Name, Query(description="All intents of a domain of the taxonomy.")] = "",
    product: Annotated[_Name, Query(description="A product line; - for entries that are for all.")] = "",
    status: Annotated[list[Status] | None, Query()] = None,
    law: Annotated[_Name, Query(description="Short name of a law; - for entries that rest on none.")] = "",
    validity: Validity | None = None,
    source: Source | None = None,
    editor: Annotated[_Name, Query(description="Who wrote the newest revision.")] = "",
) -> Wanted:
    intents, statuses = frozenset(intent or ()), frozenset(status or ())
    return Wanted("", intents, domain, product, statuses, law, validity, source, editor)


Filters = Annotated[Wanted, Depends(_wanted)]


class EntryList(BaseModel):
    """A page of entries; ``total`` of the whole list is null while what it depends on is found out.

    ``collisions`` tells how far that is, for the list of collisions.
    """

    entries: list[Json]
    next: str | None
    total: int | None
    collisions: Json | None


@router.get("", responses=REFUSED)
def entries(
    parts: Parts,
    _: Editor,
    filters: Filters,
    q: Annotated[str, Query(max_length=500, description="Words that all stand in the entry or its id.")] = "",
    list_: Annotated[ListName | None, Query(alias="list")] = None,
    order: Annotated[Order | None, Query(description="None: what is usual for the list.")] = None,
    cursor: Annotated[str, Query(max_length=400, pattern=r"^[A-Za-z0-9_=-]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EntryList:
    """List the newest revision of entries, whatever its state."""
    wanted, page = filters.with_text(q), Page(list_, order, cursor, limit)
    found = list_entries(parts, wanted, page, dt.date.today())
    return EntryList(entries=found.entries, next=found.next, total=found.total, collisions=found.collisions)


@router.get("/overview", responses=REFUSED)
def counts(parts: Parts, _: Editor) -> Json:
    """Count entries by intent, product, status, law, validity, source and editor, and those of the lists."""
    return overview(parts, dt.date.today())


@router.get("/search", responses=REFUSED)
def search(
    parts: Parts,
    _: Editor,
    filters: Filters,
    q: Annotated[str, Query(min_length=1, max_length=2000)],
    channel: Annotated[str, Query(max_length=40)] = "web",
) -> Json:
    """Find published entries as the assistant does, with every score and what speaks for each."""
    return find(parts, q, channel, filters, dt.date.today())
