"""Suggested replies, knowledge search, a customer's history, and what is masked."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from api.accounts.audit import note as audit
from api.accounts.roles import Permission
from api.conversing.desk import now
from api.routes.attachments import FILE, file_response
from api.routes.desk.shapes import REFUSED, Json, Worker, deed
from api.routes.shapes import Desked, HexId, Shape
from api.security.authentication import require
from api.security.principal import Principal
from api.tickets import helping
from api.tickets.access import require_visible
from assistant.desk.suggestions import record_outcome
from assistant.desk.tables import SuggestionRow
from knowledge_base.errors import NotFoundError

router = APIRouter(tags=["desk"], responses=REFUSED)

Revealer = Annotated[Principal, Depends(require(Permission.REVEAL))]


class Used(Shape):
    """What became of a suggestion."""

    outcome: Literal["accepted", "edited", "rejected"]


class Reveal(Shape):
    """What is to be unmasked: ``message:SEQ`` or ``entity:N``."""

    what: str = Field(max_length=40)


class Revealed(BaseModel):
    """The unmasked value."""

    value: str


@router.get("/tickets/{ticket_id}/suggestions")
def suggestions(desk: Desked, principal: Worker, ticket_id: HexId) -> list[Json]:
    """Suggest three replies for what the customer wrote last."""
    with desk.reading() as session:
        ticket = require_visible(session, principal, ticket_id)
    return helping.suggestions(desk, ticket, now())


@router.post("/suggestions/{suggestion_id}/used", status_code=204)
def used(desk: Desked, principal: Worker, suggestion_id: HexId, what: Annotated[Used, Body()]) -> None:
    """Keep what became of a suggestion."""
    with desk.transaction() as session:
        row = session.get(SuggestionRow, suggestion_id)
        if row is None:
            raise NotFoundError(f"There is no suggestion {suggestion_id!r}. Load the suggestions again.")
        require_visible(session, principal, row.ticket_id)
        record_outcome(session, suggestion_id, what.outcome, now())


@router.get("/knowledge/search")
def search(desk: Desked, _: Worker, q: Annotated[str, Query(min_length=1, max_length=500)]) -> list[Json]:
    """Find entries as the assistant does."""
    return helping.search_knowledge(desk, q)


@router.get("/customers/{customer_id}/history")
def history(desk: Desked, principal: Worker, customer_id: HexId) -> Json:
    """Tell the earlier conversations of a verified customer."""
    with desk.reading() as session:
        return helping.history(session, desk, principal, customer_id)


@router.get("/tickets/{ticket_id}/attachments/{attachment_id}", response_class=FileResponse, responses=FILE)
def download_file(
    request: Request, desk: Desked, principal: Worker, ticket_id: HexId, attachment_id: HexId
) -> FileResponse:
    """Download a file of the ticket's conversation; who did stands in the audit log."""
    with desk.reading() as session:
        ticket = require_visible(session, principal, ticket_id)
    file = file_response(request, desk, ticket.conversation_id, attachment_id)
    told = {"number": ticket.number, "file": attachment_id}
    with desk.transaction() as session:
        audit(session, principal.actor, "customer.file_downloaded", f"ticket:{ticket_id}", told)
    return file


@router.post("/tickets/{ticket_id}/reveal")
def reveal(
    desk: Desked, principal: Worker, _: Revealer, ticket_id: HexId, wanted: Annotated[Reveal, Body()]
) -> Revealed:
    """Unmask a value; who saw it stands in the audit log."""
    with deed(desk, principal) as doing:
        return Revealed(value=helping.reveal(doing, ticket_id, wanted.what))
