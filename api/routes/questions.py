"""What a customer may ask next: top questions, type-ahead, and facts of the company."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from api.conversing.desk import Desk, desk_of, now
from api.conversing.top_questions import top_questions
from api.routes.shapes import errors
from assistant.desk.off_switch import is_off

router = APIRouter(prefix="/v1", tags=["questions"])

Desked = Annotated[Desk, Depends(desk_of)]
ChannelName = Annotated[str, Query(pattern=r"^[a-z0-9_-]{1,40}$")]


class Question(BaseModel):
    """A question that has a vetted answer."""

    text: str
    entry_id: str


class Questions(BaseModel):
    """Questions, the likeliest first."""

    questions: list[Question]


class Company(BaseModel):
    """What a widget tells of the company."""

    name: str
    short_name: str
    hotline: str
    service_hours: str
    certified: bool
    notice: str | None


@router.get("/top-questions", responses=errors(422, 429, 503))
def top(desk: Desked, channel: ChannelName = "web") -> Questions:
    """Tell what customers of a channel ask most these days."""
    with desk.reading() as session:
        found = top_questions(session, desk.serving.services.snapshot.entries, channel, now())
    return Questions(questions=[Question(text=entry.question, entry_id=entry.id) for entry in found])


@router.get("/suggest", responses=errors(422, 429))
def suggest(desk: Desked, q: Annotated[str, Query(max_length=100)] = "") -> Questions:
    """Complete what is being typed with published questions."""
    found = desk.type_ahead.of(desk.serving.services.snapshot).complete(q)
    return Questions(questions=[Question(text=text, entry_id=entry_id) for text, entry_id in found])


@router.get("/company", responses=errors(422, 429, 503))
def company(desk: Desked, channel: ChannelName = "web") -> Company:
    """Tell the company's name, hotline and hours, and what a page must say of the answers."""
    with desk.reading() as session:
        off = is_off(session, channel)
    named = {name: str(desk.company.values[name]) for name in ("name", "short_name", "hotline", "service_hours")}
    return Company(
        **named,
        certified=desk.serving.services.standing.certified,
        notice=(off.notice or desk.notices.text("switched_off")) if off else None,
    )
