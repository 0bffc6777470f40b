"""``/v1/tickets/{id}/...``: a ticket goes to another queue, level or person."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field

from api.routes.desk.shapes import CHANGED, QUEUE, Json, Reason, Supervisor, Worker, deed
from api.routes.shapes import Desked, HexId, Shape
from api.tickets import moves
from api.tickets.whole import whole_ticket

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["desk"], responses=CHANGED)


class Why(Shape):
    """Why it is done."""

    reason: Reason


class Transfer(Why):
    """Where a ticket goes, and why."""

    queue: str = Field(pattern=QUEUE)


class Assignment(Shape):
    """Who gets a ticket: the agent's ``actor``."""

    agent: str = Field(pattern=r"^user:[0-9a-f]{32}$")


@router.post("/release")
def release(desk: Desked, principal: Worker, ticket_id: HexId) -> Json:
    """Let the ticket wait again."""
    with deed(desk, principal) as doing:
        return whole_ticket(doing.session, desk, moves.release(doing, ticket_id), doing.now)


@router.post("/give-back")
def give_back(desk: Desked, principal: Worker, ticket_id: HexId) -> Json:
    """Give the conversation back to the assistant."""
    with deed(desk, principal) as doing:
        return whole_ticket(doing.session, desk, moves.give_back(doing, ticket_id), doing.now)


@router.post("/transfer")
def transfer(desk: Desked, principal: Worker, ticket_id: HexId, to: Annotated[Transfer, Body()]) -> Json:
    """Move the ticket to another queue."""
    with deed(desk, principal) as doing:
        ticket = moves.transfer(doing, ticket_id, to.queue, to.reason)
        return whole_ticket(doing.session, desk, ticket, doing.now)


@router.post("/escalate")
def escalate(desk: Desked, principal: Worker, ticket_id: HexId, why: Annotated[Why, Body()]) -> Json:
    """Move the ticket one level up."""
    with deed(desk, principal) as doing:
        return whole_ticket(doing.session, desk, moves.escalate(doing, ticket_id, why.reason), doing.now)


@router.post("/hold")
def hold(desk: Desked, principal: Worker, ticket_id: HexId, why: Annotated[Why, Body()]) -> Json:
    """Wait for something."""
    with deed(desk, principal) as doing:
        return whole_ticket(doing.session, desk, moves.hold(doing, ticket_id, why.reason), doing.now)


@router.post("/resume")
def resume(desk: Desked, principal: Worker, ticket_id: HexId) -> Json:
    """Go on with what was on hold."""
    with deed(desk, principal) as doing:
        return whole_ticket(doing.session, desk, moves.resume(doing, ticket_id), doing.now)


@router.post("/reopen")
def reopen(desk: Desked, principal: Worker, ticket_id: HexId, why: Annotated[Why, Body()]) -> Json:
    """Let a resolved ticket wait again."""
    with deed(desk, principal) as doing:
        return whole_ticket(doing.session, desk, moves.reopen(doing, ticket_id, why.reason), doing.now)


@router.post("/assign")
def assign(desk: Desked, principal: Supervisor, ticket_id: HexId, to: Annotated[Assignment, Body()]) -> Json:
    """Take a ticket over, or hand it to an agent."""
    with deed(desk, principal) as doing:
        return whole_ticket(doing.session, desk, moves.assign(doing, ticket_id, to.agent), doing.now)
