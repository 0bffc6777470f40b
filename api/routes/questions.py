"""What a customer may ask next: top questions, type-ahead, and facts of the company."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.conversing.attachments import AttachmentFolder
from api.conversing.desk import now
from api.conversing.file_kinds import KINDS
from api.conversing.top_questions import top_questions
from api.routes.etags import UNCHANGED, tagged
from api.routes.shapes import Desked, errors
from assistant.desk.off_switch import is_off

router = APIRouter(prefix="/v1", tags=["questions"])

ChannelName = Annotated[str, Query(pattern=r"^[a-z0-9_-]{1,40}$")]


class Question(BaseModel):
    """A question that has a vetted answer."""

    text: str
    entry_id: str


class Questions(BaseModel):
    """Questions, the likeliest first."""

    questions: list[Question]


class Attachments(BaseModel):
    """Which files a customer may send."""

    most_bytes: int
    media_types: list[str]


class Company(BaseModel):
    """What a widget tells of the company."""

    name: str
    short_name: str
    hotline: str
    service_hours: str
    certified: bool
    notice: str | None
    attachments: Attachments


@router.get("/top-questions", response_model=Questions, responses=errors(422, 429, 503) | UNCHANGED)
def top(request: Request, desk: Desked, channel: ChannelName = "web") -> Response:
    """Tell what customers of a channel ask most these days."""
    with desk.reading() as session:
        found = top_questions(session, desk.serving.services.snapshot.entries, channel, now())
    questions = [Question(text=entry.question, entry_id=entry.id) for entry in found]
    return tagged(request, Questions(questions=questions))


@router.get("/suggest", response_model=Questions, responses=errors(422, 429) | UNCHANGED)
def suggest(request: Request, desk: Desked, q: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Complete what is being typed with published questions."""
    found = desk.type_ahead.of(desk.serving.services.snapshot).complete(q)
    questions = [Question(text=text, entry_id=entry_id) for text, entry_id in found]
    return tagged(request, Questions(questions=questions))


@router.get("/company", response_model=Company, responses=errors(422, 429, 503) | UNCHANGED)
def company(request: Request, desk: Desked, channel: ChannelName = "web") -> Response:
    """Tell the company's name, hotline and hours, what must be said of answers, and which files are taken."""
    with desk.reading() as session:
        off = is_off(session, channel)
    folder: AttachmentFolder = request.app.state.attachments
    files = Attachments(most_bytes=folder.most_bytes, media_types=[kind.media_type for kind in KINDS])
    values = desk.company.values
    known = {name: str(values[name]) for name in Company.model_fields if name in values}
    return tagged(
        request,
        Company(
            **known,
            certified=desk.serving.services.standing.certified,
            notice=(off.notice or desk.notices.text("switched_off")) if off else None,
            attachments=files,
        ),
    )
