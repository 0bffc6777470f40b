"""``POST /v1/setup``: the first account, by a one-time link."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from api.accounts.audit import note
from api.accounts.passwords import choose_password
from api.accounts.sessions import open_session
from api.accounts.setup import require_open, set_up
from api.routes.accounts.shapes import Name, Password, SessionShape, refuse_other_sites, session_shape
from api.routes.shapes import Shape
from api.security.cookies import set_session_cookie
from api.security.gate import address_of, gate_of

router = APIRouter(tags=["setup"], dependencies=[Depends(refuse_other_sites)])


class Link(Shape):
    """The token behind the # of the link."""

    token: Annotated[str, Field(max_length=100)]


class FirstAccount(Link):
    """Who becomes the first admin."""

    name: Name
    password: Password
    display_name: Name = ""


@router.post("/setup/check", status_code=204)
def check(link: Link, request: Request) -> None:
    """Tell whether the link is still good."""
    with gate_of(request).database.reading() as session:
        require_open(session, link.token, dt.datetime.now(dt.UTC))


@router.post("/setup", status_code=201)
def make_first(first: FirstAccount, request: Request, response: Response) -> SessionShape:
    """Make the first admin, and sign in."""
    gate, now, address = gate_of(request), dt.datetime.now(dt.UTC), address_of(request)
    check(first, request)  # a stranger is told before a password is hashed
    chosen = choose_password(first.password, first.name, first.display_name)
    with gate.database.transaction() as session:
        user = set_up(session, first.token, first.name, chosen, first.display_name, now)
        token, opened = open_session(session, user.id, address, gate.settings.session_limits, now)
        note(session, user.actor, "session.opened", user.actor, {"address": address})
    set_session_cookie(request, response, token)
    return session_shape(opened)
