"""``/v1/session``: signing in, out, and who is signed in."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from api.accounts.audit import note
from api.accounts.sessions import end_session
from api.accounts.signing_in import sign_in
from api.accounts.types import SignIn
from api.routes.accounts.shapes import Name, Password, SessionShape, refuse_other_sites, session_shape
from api.routes.shapes import Shape
from api.security.authentication import peek, signed_in
from api.security.cookies import drop_session_cookie, set_session_cookie
from api.security.gate import address_of, gate_of
from api.security.throttle import throttled

router = APIRouter(tags=["session"])


class Credentials(Shape):
    """Name and password."""

    name: Name
    password: Password


class Methods(BaseModel):
    """How one may sign in; ``provider`` is what to call the company's own sign-in, if any."""

    password: bool
    provider: str | None


def session_of(request: Request) -> SignIn:
    """Return the session of the request's cookie, as a dependency."""
    return signed_in(request)


@router.post("/session", status_code=201, dependencies=[Depends(refuse_other_sites)])
def open_with_password(credentials: Credentials, request: Request, response: Response) -> SessionShape:
    """Sign in; an older session of this browser ends."""
    gate, before = gate_of(request), peek(request, dt.datetime.now(dt.UTC))
    with throttled(request, credentials.name):
        token, opened = sign_in(
            gate.database,
            credentials.name,
            credentials.password,
            address_of(request),
            gate.settings.session_limits,
        )
    if before:
        with gate.database.transaction() as session:
            end_session(session, before.id)
    set_session_cookie(request, response, token)
    return session_shape(opened)


@router.get("/session")
def tell(found: Annotated[SignIn, Depends(session_of)]) -> SessionShape:
    """Tell who is signed in."""
    return session_shape(found)


@router.delete("/session", status_code=204)
def close(found: Annotated[SignIn, Depends(session_of)], request: Request, response: Response) -> None:
    """Sign out."""
    with gate_of(request).database.transaction() as session:
        end_session(session, found.id)
        note(session, found.user.actor, "session.closed", found.user.actor)
    drop_session_cookie(request, response)


@router.get("/session/methods")
def methods(request: Request) -> Methods:
    """Tell how one may sign in."""
    gate = gate_of(request)
    return Methods(password=True, provider=gate.settings.oidc_name if gate.provider else None)
