"""What the routes of the knowledge pages share."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import Depends, Path

from api.accounts.roles import Permission
from api.routes.shapes import EntryName, errors
from api.security.authentication import require
from api.security.principal import Principal
from knowledge_base.editing.types import Deed

Editor = Annotated[Principal, Depends(require(Permission.KNOWLEDGE_WRITE))]
Publisher = Annotated[Principal, Depends(require(Permission.KNOWLEDGE_PUBLISH))]
EntryId = Annotated[EntryName, Path()]

REFUSED = errors(401, 403, 422, 429, 503)
FOUND = REFUSED | errors(404)
CHANGED = FOUND | errors(409)
Json = dict[str, Any]


def deed_of(principal: Principal, reason: str = "") -> Deed:
    """Return that somebody does something now, and why."""
    return Deed(principal.actor, reason, dt.datetime.now(dt.UTC))
