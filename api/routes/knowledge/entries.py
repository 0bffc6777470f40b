"""``GET /v1/entries``: all entries as they stand, page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.knowledge.listing import list_entries
from api.routes.knowledge.shapes import REFUSED, Editor, Json
from api.routes.shapes import Desked

router = APIRouter(tags=["knowledge"])


class EntryList(BaseModel):
    """Entries, and the cursor of the next page."""

    entries: list[Json]
    next: str | None


@router.get("/entries", responses=REFUSED)
def entries(
    desk: Desked,
    _: Editor,
    cursor: Annotated[str, Query(max_length=300, pattern=r"^[A-Za-z0-9_=-]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> EntryList:
    """List the newest revision of every entry, in the order of ids."""
    found, following = list_entries(desk, cursor, limit)
    return EntryList(entries=found, next=following)
