"""A customer's conversation: start it, write, ask for a person, go back, close, rate."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.conversing.access import Access, channel_of, conversation_access
from api.conversing.desk import now
from api.conversing.handing_over import hand_over, plain_handover
from api.conversing.rating import Rating, rate
from api.conversing.recommending import Recommendation, recommend
from api.conversing.streams import events
from api.conversing.telling import tell
from api.conversing.views import conversation_view, message_view
from api.routes.etags import UNCHANGED, tagged
from api.routes.shapes import (
    ConversationView,
    Desked,
    MessageView,
    Shape,
    ShortText,
    errors,
)
from assistant.desk.conversations import append, locked, move, read_messages, start
from assistant.desk.exchange import Exchange
from assistant.desk.tickets import CUSTOMER, close_ticket, open_ticket_of
from assistant.desk.types import NewMessage
from knowledge_base.errors import ConflictError
from knowledge_base.personal_data import mask_personal_data

router = APIRouter(prefix="/v1/conversations", tags=["conversations"])

Opened = Annotated[Access, Depends(conversation_access)]
_REFUSED = errors(401, 404, 422, 429, 503)


class NewConversation(Shape):
    """What starts a conversation."""

    channel: str = Field(default="web", pattern=r"^[a-z0-9_-]{1,40}$")
    customer_token: str | None = Field(default=None, max_length=4000, description="A JWT of the site.")
    locale: str = Field(default="zh-CN", pattern=r"^[A-Za-z-]{2,20}$")
    segment: str = Field(default="", pattern=r"^[a-z_]{0,40}$")


class Started(BaseModel):
    """A conversation and the one token that opens it."""

    id: str
    token: str
    state: str


class Exchanged(BaseModel):
    """A message with what it led to; where it is ``spooled``, it is stored and answered later."""

    messages: list[MessageView]
    state: str | None
    spooled: bool = False
    notice: str | None = None


def exchanged(exchange: Exchange, response: Response) -> Exchanged:
    """Return a stored message with what it led to; the status tells one that was stored before."""
    response.status_code = 200 if exchange.repeated else 201
    views = [MessageView(**message_view(one)) for one in exchange.messages]
    return Exchanged(messages=views, state=exchange.state)


class Messages(BaseModel):
    """Messages in order, and the number of the conversation's last one."""

    messages: list[MessageView]
    last_seq: int


class Callback(Shape):
    """Where and when a customer wants to be called."""

    phone: str = Field(pattern=r"^\+?[0-9][0-9 -]{5,18}[0-9]$")
    when: ShortText = ""
    note: ShortText = ""


@router.post("", status_code=201, responses=errors(403, 422, 429, 503))
def start_conversation(request: Request, desk: Desked, wanted: Annotated[NewConversation, Body()]) -> Started:
    """Start a conversation; the token is told once and opens nothing else."""
    customer_of = channel_of(request, wanted.channel)
    with desk.transaction() as session:
        customer_id = customer_of(session, wanted.customer_token)
        row, token = start(session, wanted.channel, now(), wanted.locale, wanted.segment, customer_id)
    desk.spool.saw(row.id, row.token_hash)
    return Started(id=row.id, token=token, state=row.state)


@router.get("/{conversation_id}", response_model=ConversationView, responses=_REFUSED | UNCHANGED)
def read_conversation(request: Request, desk: Desked, access: Opened) -> Response:
    """Tell where the conversation stands."""
    with desk.reading() as session:
        view = ConversationView(**conversation_view(session, desk, access.row(session), now()))
    return tagged(request, view)


@router.get("/{conversation_id}/messages", responses=_REFUSED)
def list_messages(
    desk: Desked,
    access: Opened,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> Messages:
    """List the messages behind number ``after``."""
    with desk.reading() as session:
        found = read_messages(session, access.conversation_id, after, limit)
        last = access.row(session).last_seq
    return Messages(messages=[MessageView(**message_view(one)) for one in found], last_seq=last)


@router.get(
    "/{conversation_id}/events",
    responses=_REFUSED | {200: {"content": {"text/event-stream": {}}, "description": "Events."}},
    response_class=StreamingResponse,
)
async def stream(request: Request, desk: Desked, access: Opened) -> StreamingResponse:
    """Send what happens: ``message``, ``state`` and ``typing``, from ``Last-Event-ID`` on."""
    last = request.headers.get("last-event-id", "")
    after = int(last) if last.isascii() and last.isdigit() and len(last) < 10 else 0
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    body = events(desk, access.conversation_id, after)
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


@router.post("/{conversation_id}/typing", status_code=204, responses=_REFUSED)
def typing(desk: Desked, access: Opened) -> None:
    """Tell the agent that the customer is writing."""
    desk.broker.tell([f"typing:{access.conversation_id}:customer"])


@router.post("/{conversation_id}/handoff", responses=_REFUSED)
def ask_for_a_person(desk: Desked, access: Opened) -> ConversationView:
    """Hand the conversation over to people; asked twice, it stays where it is."""
    with desk.transaction() as session:
        row, at = locked(session, access.conversation_id), now()
        before = open_ticket_of(session, row.id)
        ticket = hand_over(session, desk, row, plain_handover(session, row, "asked_for_person"), at)
        if not before and desk.hours.is_open(ticket.queue, at):
            tell(session, desk, row, "handed_over", at, queue=desk.queue_name(ticket.queue))
        return ConversationView(**conversation_view(session, desk, row, at))


@router.post("/{conversation_id}/back", responses=_REFUSED | errors(409))
def go_back(desk: Desked, access: Opened) -> ConversationView:
    """Leave the queue and go back to the assistant."""
    with desk.transaction() as session:
        row, at = locked(session, access.conversation_id), now()
        ticket = open_ticket_of(session, row.id)
        if ticket is None:
            raise ConflictError("The conversation waits for nobody. Load it again.")
        close_ticket(session, ticket.id, CUSTOMER, at, "go_back")
        tell(session, desk, row, "went_back", at)
        return ConversationView(**conversation_view(session, desk, row, at))


@router.post("/{conversation_id}/callback", status_code=201, responses=_REFUSED)
def call_back(desk: Desked, access: Opened, wanted: Annotated[Callback, Body()]) -> ConversationView:
    """Ask to be called; the number stands unmasked in the conversation only."""
    with desk.transaction() as session:
        row, at = locked(session, access.conversation_id), now()
        text = "，".join(filter(None, (f"请给我回电：{wanted.phone}", wanted.when, wanted.note)))
        append(session, row, NewMessage("customer", text, actor=CUSTOMER), at)
        ticket = hand_over(session, desk, row, plain_handover(session, row, "callback"), at)
        told = {"phone": wanted.phone, "when": wanted.when, "note": wanted.note}
        ticket.callback = {name: mask_personal_data(value) for name, value in told.items()}
        tell(session, desk, row, "callback_noted", at, number=ticket.number)
        return ConversationView(**conversation_view(session, desk, row, at))


@router.post("/{conversation_id}/close", responses=_REFUSED)
def close(desk: Desked, access: Opened) -> ConversationView:
    """End the conversation; a new message begins it again."""
    with desk.transaction() as session:
        row, at = locked(session, access.conversation_id), now()
        ticket = open_ticket_of(session, row.id)
        was_open = row.state != "closed"
        if ticket:
            close_ticket(session, ticket.id, CUSTOMER, at, "close")
        elif was_open:
            move(session, row, "close", at)
        if was_open:
            tell(session, desk, row, "survey", at)
        return ConversationView(**conversation_view(session, desk, row, at))


@router.post("/{conversation_id}/rating", responses=_REFUSED)
def rate_conversation(desk: Desked, access: Opened, rating: Annotated[Rating, Body()]) -> ConversationView:
    """Rate the service; what was not solved goes to people."""
    with desk.transaction() as session:
        row, at = locked(session, access.conversation_id), now()
        rate(session, desk, row, rating, at)
        return ConversationView(**conversation_view(session, desk, row, at))


@router.post("/{conversation_id}/recommendation", responses=_REFUSED | errors(409))
def say_recommendation(
    desk: Desked, access: Opened, said: Annotated[Recommendation, Body()]
) -> ConversationView:
    """Say whether one would recommend the company, or skip the question."""
    with desk.transaction() as session:
        row, at = locked(session, access.conversation_id), now()
        recommend(session, row, said, at)
        return ConversationView(**conversation_view(session, desk, row, at))
