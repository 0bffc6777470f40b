"""What the routes of the desk share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Depends
from pydantic import StringConstraints

from api.accounts.roles import Permission
from api.conversing.desk import Desk, now
from api.routes.shapes import errors
from api.security.authentication import require
from api.security.principal import Principal
from api.tickets.deeds import Deed
from knowledge_base.taxonomy import shipped_taxonomy

Worker = Annotated[Principal, Depends(require(Permission.TICKETS_WORK))]
Supervisor = Annotated[Principal, Depends(require(Permission.TICKETS_SUPERVISE))]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
NoteText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
QUEUE = "^(" + "|".join(shipped_taxonomy().queues) + ")$"

REFUSED = errors(401, 403, 404, 422, 429, 503)
CHANGED = REFUSED | errors(409)
Json = dict[str, Any]


@contextmanager
def deed(desk: Desk, principal: Principal) -> Iterator[Deed]:
    """Open the transaction of something that is done to a ticket."""
    with desk.transaction() as session:
        yield Deed(session, desk, principal, now())
