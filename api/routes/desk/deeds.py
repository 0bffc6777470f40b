"""``/v1/tickets/{id}/...``: what agents do with a ticket in hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import Field

from api.routes.desk.shapes import CHANGED, REFUSED, Json, NoteText, Worker, deed
from api.routes.shapes import ClientId, Desked, EntryName, HexId, MessageText, Shape, ShortText
from api.tickets.access import require_held, require_visible
from api.tickets.deeds import Resolution, add_note, reply, resolve, take
from api.tickets.views import desk_message
from api.tickets.whole import whole_ticket

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["desk"])


class NewReply(Shape):
    """A message to the customer."""

    text: MessageText
    client_id: ClientId
    suggestion_id: str | None = Field(default=None, pattern=r"^[0-9a-f]{32}$")


class NewNote(Shape):
    """A note that only colleagues see."""

    text: NoteText


class Resolving(Shape):
    """How a ticket ended."""

    label: str = Field(pattern=r"^[\w-]{1,40}$", description="no_entry: no entry would have answered.")
    entry_id: EntryName | None = Field(description="The entry that was right.")
    note: ShortText = ""


@router.post("/take", responses=CHANGED)
def take_ticket(desk: Desked, principal: Worker, ticket_id: HexId) -> Json:
    """Take a waiting ticket; the second of two gets 409."""
    with deed(desk, principal) as doing:
        ticket = take(doing, ticket_id)
        return whole_ticket(doing.session, desk, ticket, doing.now)


@router.post("/reply", status_code=201, responses=CHANGED)
def reply_to_customer(
    desk: Desked, principal: Worker, ticket_id: HexId, new: Annotated[NewReply, Body()], response: Response
) -> Json:
    """Send the customer a message; the same ``client_id`` again gives the same with 200."""
    with deed(desk, principal) as doing:
        message, repeated = reply(doing, ticket_id, new.text, new.client_id, new.suggestion_id)
    if repeated:
        response.status_code = 200
    return desk_message(message)


@router.post("/note", responses=REFUSED)
def note_ticket(desk: Desked, principal: Worker, ticket_id: HexId, new: Annotated[NewNote, Body()]) -> Json:
    """Keep a note, masked, that only colleagues see."""
    with deed(desk, principal) as doing:
        add_note(doing, ticket_id, new.text)
        doing.session.flush()
        return whole_ticket(doing.session, desk, doing.locked(ticket_id)[0], doing.now)


@router.post("/resolve", responses=CHANGED)
def resolve_ticket(
    desk: Desked, principal: Worker, ticket_id: HexId, how: Annotated[Resolving, Body()]
) -> Json:
    """Close a ticket with its label; the customer is asked whether it is solved."""
    with deed(desk, principal) as doing:
        ticket = resolve(doing, ticket_id, Resolution(how.label, how.entry_id or None, how.note))
        return whole_ticket(doing.session, desk, ticket, doing.now)


@router.post("/typing", status_code=204, responses=CHANGED)
def typing(desk: Desked, principal: Worker, ticket_id: HexId) -> None:
    """Tell the customer that the agent is writing."""
    with desk.reading() as session:
        ticket = require_visible(session, principal, ticket_id)
        require_held(ticket, principal)
    desk.broker.tell([f"typing:{ticket.conversation_id}:agent"])
