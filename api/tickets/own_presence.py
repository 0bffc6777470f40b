"""Notes that somebody is at the desk, as the account says who they are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from api.security.principal import Principal
from assistant.desk.presence import arrive, seen, set_presence


def be_present(
    session: Session, principal: Principal, now: dt.datetime, *, available: bool, capacity: int
) -> None:
    """Note that somebody takes conversations from now on, or nothing new."""
    set_presence(
        session,
        principal.actor,
        now,
        **_told_by_account(principal),
        available=available,
        capacity=capacity,
    )


def be_seen(session: Session, principal: Principal, now: dt.datetime) -> None:
    """Note that somebody's desk is open.

    Who opens it first takes nothing yet, but is known: what they take goes back should they vanish.
    """
    if not seen(session, principal.actor, now) and principal.actor.startswith("user:"):
        told = _told_by_account(principal)
        arrive(session, principal.actor, now, **told, capacity=principal.capacity)


def _told_by_account(principal: Principal) -> dict[str, Any]:
    return {
        "name": principal.display_name,
        "queues": sorted(principal.queues),
        "level": principal.level,
    }
