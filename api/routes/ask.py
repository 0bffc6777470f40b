"""``POST /v1/ask``: one question, one reply."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body
from pydantic import Field

from api.answers import reply_to_dict
from api.routes.shapes import Desked, Shape
from assistant.types import DecisionContext

router = APIRouter(prefix="/v1", tags=["ask"])


class Question(Shape):
    """A customer's message."""

    text: str = Field(max_length=20_000, description="The question, 1 to 2000 characters.")
    channel: str = Field(default="web", pattern=r"^[a-z0-9_-]{1,40}$")
    history: list[Annotated[str, Field(max_length=20_000)]] = Field(
        default_factory=list,
        max_length=50,
        description="The customer's earlier messages, oldest first: a follow-up takes its topic from them.",
    )


# A plain function: FastAPI runs it in a worker thread, so that a question that is
# being understood does not hold up the others.
@router.post("/ask")
def ask(question: Annotated[Question, Body()], desk: Desked) -> dict[str, Any]:
    """Answer a question, offer choices, hand over or decline."""
    context = DecisionContext(channel=question.channel, history=tuple(question.history))
    return reply_to_dict(desk.trial.reply(question.text, context), question.text)
