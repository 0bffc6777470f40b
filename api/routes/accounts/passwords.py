"""``PUT /v1/session/password``: one's own password."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.accounts.passwords import choose_password
from api.accounts.signing_in import check_password
from api.accounts.types import SignIn
from api.accounts.users import set_password
from api.routes.accounts.sessions import session_of
from api.routes.accounts.shapes import Password
from api.routes.shapes import Shape
from api.security.gate import address_of, gate_of
from api.security.throttle import throttled
from knowledge_base.editing.types import Deed

router = APIRouter(tags=["session"])


class PasswordChange(Shape):
    """The present password and the next."""

    old: Password
    new: Password


@router.put("/session/password", status_code=204)
def change_own_password(
    change: PasswordChange, found: Annotated[SignIn, Depends(session_of)], request: Request
) -> None:
    """Change one's own password; one's other sessions end."""
    database, user = gate_of(request).database, found.user
    with throttled(request, user.name):
        check_password(database, user.name, change.old, address_of(request))
    chosen = choose_password(change.new, user.name, user.display_name)
    with database.transaction() as session:
        deed = Deed(user.actor, "", dt.datetime.now(dt.UTC))
        set_password(session, user.id, chosen, deed, keep=found.id)
