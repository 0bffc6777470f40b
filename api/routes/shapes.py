"""Shapes of requests and replies that several routes share."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Depends, Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from api.conversing.desk import Desk, desk_of
from knowledge_base.database import storable

Desked = Annotated[Desk, Depends(desk_of)]
HexId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
ClientId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_-]{1,64}$",
        description="The sender's own number of the message: sent twice, it is stored once.",
    ),
]


MessageText = Annotated[
    str, AfterValidator(storable), Field(max_length=20_000, description="1 to 2000 characters.")
]
ShortText = Annotated[str, AfterValidator(storable), StringConstraints(strip_whitespace=True, max_length=500)]


EntryName = Annotated[
    str,
    Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f]+$", description="The id of an entry."),
]
"""An id of an entry in a request; one of nothing but visible characters."""


class Shape(BaseModel):
    """A request that holds nothing but what is described."""

    model_config = ConfigDict(extra="forbid")


class MessageView(BaseModel):
    """A stored message; see docs/service.md."""

    seq: int
    id: str
    author: Literal["customer", "assistant", "agent", "system"]
    agent: str | None
    kind: Literal["text", "attachment", "notice", "survey"]
    text: str
    reply: dict[str, Any] | None
    attachment: dict[str, Any] | None
    at: str
    client_id: str | None


class TicketFacts(BaseModel):
    """What a customer sees of the ticket."""

    number: str
    queue: str
    queue_name: str
    level: int
    position: int | None
    expected_wait_s: int | None


class ConversationView(BaseModel):
    """Where a conversation stands."""

    id: str
    state: Literal["assistant", "waiting", "with_person", "closed"]
    channel: str
    segment: str
    ticket: TicketFacts | None
    agent: str | None
    complaint: str | None
    last_seq: int
    rated: bool
    asks_recommendation: bool
    notice: str | None
    out_of_hours: dict[str, str] | None


class ErrorFacts(BaseModel):
    """What went wrong."""

    code: str
    message: str
    detail: Any = None


class ErrorView(BaseModel):
    """The one error shape of the API."""

    error: ErrorFacts


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the documentation of the statuses that a route may refuse with."""
    return {status: {"model": ErrorView, "description": _REFUSALS[status]} for status in statuses}


_REFUSALS = {
    401: "Nobody is signed in, or a token is missing.",
    403: "The role or page may not do this.",
    404: "There is no such thing, or it is not the caller's.",
    409: "Somebody else was first.",
    413: "Too large.",
    415: "Not a kind of file that is taken.",
    422: "Not usable as it is.",
    429: "Too many; see Retry-After.",
    503: "A part is away; try again.",
}
