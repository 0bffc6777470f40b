"""``/v1/queues`` and ``/v1/tickets``: what waits, and one ticket with all that belongs to it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from api.conversing.desk import now
from api.routes.desk.shapes import CHANGED, QUEUE, REFUSED, Json, Worker, deed
from api.routes.shapes import Desked, HexId, Shape
from api.tickets.access import require_visible
from api.tickets.deeds import take_next
from api.tickets.listing import Wanted, list_tickets, queue_counts
from api.tickets.whole import whole_ticket
from assistant.desk.types import TicketState

router = APIRouter(tags=["desk"])


class TicketList(BaseModel):
    """Tickets, and the cursor of the next page."""

    tickets: list[Json]
    next: str | None


@router.get("/queues", responses=REFUSED)
def queues(desk: Desked, principal: Worker) -> list[Json]:
    """Count what waits and what is served in one's queues."""
    with desk.reading() as session:
        return queue_counts(session, desk, principal, now())


@router.get("/tickets", responses=REFUSED)
def tickets(
    desk: Desked,
    principal: Worker,
    queue: Annotated[str | None, Query(pattern=QUEUE)] = None,
    state: Annotated[list[TicketState] | None, Query(description="None: all that are open.")] = None,
    mine: bool = False,
    cursor: Annotated[str, Query(max_length=300, pattern=r"^[A-Za-z0-9_=-]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> TicketList:
    """List tickets of one's queues and level; supervisors see all."""
    wanted = Wanted(queue, tuple(state or ()), mine, cursor, limit)
    with desk.reading() as session:
        found, following = list_tickets(session, desk, principal, wanted, now())
    return TicketList(tickets=found, next=following)


class WantedNext(Shape):
    """What is taken next."""

    queue: str | None = Field(default=None, pattern=QUEUE, description="None: any of one's own.")


@router.post(
    "/tickets/next", responses=CHANGED | {200: {"model": Json}, 204: {"description": "Nothing waits."}}
)
def take_next_ticket(desk: Desked, principal: Worker, wanted: Annotated[WantedNext, Body()]) -> Response:
    """Take what waits first in one's queues: of several who ask at once each gets another one."""
    with deed(desk, principal) as doing:
        ticket = take_next(doing, wanted.queue)
        if ticket is None:
            return Response(status_code=204)
        return JSONResponse(whole_ticket(doing.session, desk, ticket, doing.now))


@router.get("/tickets/{ticket_id}", responses=REFUSED)
def ticket(
    desk: Desked,
    principal: Worker,
    ticket_id: HexId,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Only later messages.")] = 0,
) -> Json:
    """Tell all of one ticket."""
    with desk.reading() as session:
        row = require_visible(session, principal, ticket_id)
        return whole_ticket(session, desk, row, now(), after)
