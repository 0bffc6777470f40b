"""``/v1/off-switch``: automatic answers off at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Depends
from pydantic import Field

from api.accounts.audit import note
from api.accounts.roles import Permission
from api.conversing.desk import now
from api.routes.desk.shapes import REFUSED, Json, Worker
from api.routes.shapes import Desked, Shape, ShortText
from api.security.authentication import require
from api.security.principal import Principal
from api.tickets.off_switch_views import off_view
from assistant.desk.off_switch import list_off, switch_off, switch_on

router = APIRouter(prefix="/off-switch", tags=["desk"], responses=REFUSED)

Switcher = Annotated[Principal, Depends(require(Permission.OFF_SWITCH_SET))]


class Off(Shape):
    """What is off, and what customers are told meanwhile."""

    scope: str = Field(max_length=140, description="all, channel:NAME or entry:ID")
    notice: ShortText = ""


@router.get("")
def off(desk: Desked, _: Worker) -> list[Json]:
    """Tell what is off."""
    with desk.reading() as session:
        return off_view(session)


@router.put("")
def set_off(
    desk: Desked, principal: Switcher, wanted: Annotated[list[Off], Body(max_length=200)]
) -> list[Json]:
    """Let exactly this be off; what was off and is not listed goes on."""
    scopes = {one.scope: one.notice for one in wanted}
    with desk.transaction() as session:
        before = {one.scope: one.notice for one in list_off(session)}
        for scope in before.keys() - scopes.keys():
            switch_on(session, scope)
        for scope, notice in scopes.items():
            if before.get(scope) != notice:
                switch_off(session, scope, notice, principal.actor, now())
        if before != scopes:
            told = {"before": sorted(before), "off": sorted(scopes)}
            note(session, principal.actor, "off_switch.set", "off_switch", told)
        session.flush()
        return off_view(session)
