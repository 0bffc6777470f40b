"""``/v1/presence``: whether an agent takes conversations, and how many."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field

from api.conversing.desk import now
from api.routes.desk.shapes import REFUSED, Json, Worker
from api.routes.shapes import Desked, Shape
from api.tickets.own_presence import be_present
from api.tickets.presence_views import own_presence
from assistant.desk.presence import MOST_AT_ONCE
from knowledge_base.errors import InvalidInputError

router = APIRouter(tags=["desk"])


class Presence(Shape):
    """Whether somebody takes new conversations, and how many at once."""

    available: bool
    capacity: int | None = Field(
        default=None, ge=0, le=MOST_AT_ONCE, description="None: as the account says."
    )


@router.get("/presence", responses=REFUSED)
def presence(desk: Desked, principal: Worker) -> Json:
    """Tell one's own presence."""
    with desk.reading() as session:
        return own_presence(session, desk, principal, now())


@router.put("/presence", responses=REFUSED)
def set_own_presence(desk: Desked, principal: Worker, wanted: Annotated[Presence, Body()]) -> Json:
    """Take conversations from now on, or nothing new for a while."""
    capacity = principal.capacity if wanted.capacity is None else wanted.capacity
    if capacity > principal.capacity:
        raise InvalidInputError(
            f"Capacity {capacity} is above the {principal.capacity} that the account allows. "
            "Ask an admin for more."
        )
    with desk.transaction() as session:
        be_present(session, principal, now(), available=wanted.available, capacity=capacity)
        return own_presence(session, desk, principal, now())
