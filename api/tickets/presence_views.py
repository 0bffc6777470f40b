"""Who is at the desk, as pages get it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.security.principal import Principal
from api.tickets.views import View
from assistant.desk.presence import loads
from assistant.desk.tables import PresenceRow


def own_presence(session: Session, desk: Desk, principal: Principal, now: dt.datetime) -> View:
    """Return somebody's own presence; never at the desk, they are not available."""
    row = session.get(PresenceRow, principal.actor)
    here = row is not None and row.available and _is_here(desk, row, now)
    return {
        "actor": principal.actor,
        "name": principal.display_name,
        "available": here,
        "capacity": row.capacity if row else principal.capacity,
        "most": principal.capacity,
        "load": loads(session, [principal.actor])[principal.actor],
        "queues": sorted(principal.queues),
        "level": principal.level,
    }


def all_presence(session: Session, desk: Desk, now: dt.datetime) -> list[View]:
    """Return everybody who was at the desk within a day, with what they have in hand."""
    since = now - dt.timedelta(days=1)
    rows = session.scalars(select(PresenceRow).where(PresenceRow.last_seen >= since)).all()
    busy = loads(session, [row.actor for row in rows])
    return [_agent(desk, row, busy, now) for row in sorted(rows, key=lambda row: row.name)]


def _agent(desk: Desk, row: PresenceRow, busy: Mapping[str, int], now: dt.datetime) -> View:
    return {
        "actor": row.actor,
        "name": row.name,
        "here": _is_here(desk, row, now),
        "available": row.available and _is_here(desk, row, now),
        "capacity": row.capacity,
        "load": busy[row.actor],
        "queues": row.queues,
        "level": row.level,
        "last_seen": row.last_seen.isoformat(),
    }


def _is_here(desk: Desk, row: PresenceRow, now: dt.datetime) -> bool:
    return row.last_seen >= now - desk.rules.staffing.vanished_after
