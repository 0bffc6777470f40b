"""How a customer's own complaint goes on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel

from api.conversing.access import TOKEN_SCHEME, bearer_token
from api.routes.etags import UNCHANGED, tagged
from api.routes.shapes import Desked, errors
from assistant.desk.complaints import own_complaint, steps_of
from assistant.desk.conversations import opened_by

router = APIRouter(prefix="/v1/complaints", tags=["conversations"])


class Step(BaseModel):
    """One step of a complaint, in words."""

    step: str
    text: str
    at: str


class OwnComplaint(BaseModel):
    """What a customer sees of a complaint."""

    number: str
    step: str
    text: str
    received_at: str
    decide_by: str
    paused: bool
    steps: list[Step]


@router.get("/{number}", response_model=OwnComplaint, responses=errors(401, 404, 422, 429, 503) | UNCHANGED)
def read_own_complaint(
    request: Request,
    desk: Desked,
    number: Annotated[str, Path(max_length=40)],
    _: Annotated[object, Depends(TOKEN_SCHEME)],
) -> Response:
    """Tell how a complaint of this conversation, or of the same verified customer, goes on."""
    token = bearer_token(request)
    with desk.reading() as session:
        row = own_complaint(session, number, opened_by(session, token))
        steps = [
            Step(step=one.step, text=desk.notices.step(one.step), at=one.at.isoformat())
            for one in steps_of(session, row.number)
        ]
    found = OwnComplaint(
        number=row.number,
        step=row.step,
        text=desk.notices.step(row.step),
        received_at=row.received_at.isoformat(),
        decide_by=row.decide_by.isoformat(),
        paused=row.paused_since is not None,
        steps=steps,
    )
    return tagged(request, found)
