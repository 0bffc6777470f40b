"""``/v1/complaints``: the desk's list, steps and monthly figures."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Depends, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import select

from api.accounts.roles import Permission
from api.conversing.desk import now
from api.routes.desk.shapes import CHANGED, REFUSED, Json, Worker, deed
from api.routes.shapes import Desked, Shape
from api.security.authentication import require
from api.security.principal import Principal
from api.tickets.access import visible
from api.tickets.complaint_steps import Step, WantedStep, choices, take_step
from api.tickets.complaint_views import complaint_view
from api.tickets.views import intent_name
from assistant.desk.complaint_figures import Share, complaint_figures
from assistant.desk.complaint_steps import ENDED, ComplaintStep
from assistant.desk.tables import ComplaintRow, TicketRow

router = APIRouter(prefix="/complaints", tags=["desk"])

Number = Annotated[str, Path(max_length=40)]
Reporter = Annotated[Principal, Depends(require(Permission.REPORTS_READ))]


class NewStep(Shape):
    """A step, or a deed that is kept among them."""

    step: Step
    note: str = Field(default="", max_length=2000)
    category: str | None = Field(default=None, max_length=60)
    cause: str | None = Field(default=None, max_length=60)
    complex: bool = False
    reason: Literal["appraisal", "mediation"] | None = None
    satisfied: bool | None = Field(default=None, description="What the customer said when asked.")


class ComplaintList(BaseModel):
    """Complaints, what they are sorted by, and the cursor of the next page."""

    complaints: list[Json]
    categories: list[Json]
    causes: list[Json]
    next: str | None


@router.get("", responses=REFUSED)
def complaints(
    desk: Desked,
    principal: Worker,
    step: Annotated[ComplaintStep | None, Query()] = None,
    ended: Annotated[bool, Query(description="Also those that are closed or withdrawn.")] = False,
    cursor: Annotated[str, Query(pattern=r"^(TS\d{12})?$")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> ComplaintList:
    """List complaints of one's queues, the newest number first."""
    query = select(ComplaintRow).join(TicketRow, TicketRow.id == ComplaintRow.ticket_id)
    query = query.where(visible(principal))
    if step:
        query = query.where(ComplaintRow.step == step)
    elif not ended:
        query = query.where(ComplaintRow.step.not_in(ENDED))
    if cursor:
        query = query.where(ComplaintRow.number < cursor)
    with desk.reading() as session:
        rows = session.scalars(query.order_by(ComplaintRow.number.desc()).limit(limit + 1)).all()
        shown = [complaint_view(session, desk, row, now()) for row in rows[:limit]]
    following = shown[-1]["number"] if len(rows) > limit else None
    return ComplaintList(complaints=shown, next=following, **choices(desk))


@router.get("/figures", responses=REFUSED)
def figures(
    desk: Desked,
    _: Reporter,
    year: Annotated[int, Query(ge=2000, le=2200)],
    month: Annotated[int, Query(ge=1, le=12)],
) -> list[Json]:
    """Tell a month's complaints by class and cause; each share with its denominator."""
    with desk.reading() as session:
        found = complaint_figures(session, year, month, desk.rules, now())
    return [
        {field.name: _share(getattr(one, field.name)) for field in fields(one)}
        | {
            "category_name": intent_name(desk, one.category),
            "cause_name": desk.rules.complaint_causes.get(one.cause or ""),
        }
        for one in found
    ]


@router.post("/{number}/step", responses=CHANGED)
def step_complaint(
    desk: Desked, principal: Worker, number: Number, wanted: Annotated[NewStep, Body()]
) -> Json:
    """Move a complaint on, or do what is kept among its steps."""
    given = wanted.model_dump(exclude={"complex"})
    with deed(desk, principal) as doing:
        row = take_step(doing, number, WantedStep(**given, complicated=wanted.complex))
        return complaint_view(doing.session, desk, row, doing.now)


def _share(value: Any) -> Any:
    return asdict(value) | {"value": value.value} if isinstance(value, Share) else value
