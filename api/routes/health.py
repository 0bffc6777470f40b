"""Liveness and readiness."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.conversing.desk import Desk, desk_of
from assistant.desk.off_switch import list_off
from knowledge_base.errors import StorageError

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> dict[str, Any]:
    """Tell what is being served, and what is away.

    With the database away the status is ``degraded`` and the reply still 200: customers'
    messages are kept on disk, which a load balancer that turns them away would prevent.
    """
    desk = desk_of(request)
    services, refused = desk.serving.services, desk.live.refused
    database, off = _database(desk)
    return {
        "status": "ready" if database == "ready" else "degraded",
        "database": database,
        "off_switches": off,
        "spooled": len(desk.spool),
        "spool_refused": desk.spool.count_refused(),
        "snapshot": {
            "number": services.published.info.number,
            "published_at": services.published.info.created_at.isoformat(),
            "refused": {"number": refused.number, "problem": refused.problem} if refused else None,
        },
        "versions": {
            "kb": services.snapshot.version,
            "bundle": services.bundle.version,
            "thresholds": services.bundle.thresholds.version,
        },
        "certified": services.standing.certified,
        "certificate": services.standing.stand,
        "notice": services.standing.notice,
    }


def _database(desk: Desk) -> tuple[str, list[dict[str, str]] | None]:
    """Return whether the database answers, and what is switched off; nobody knows while it is away."""
    try:
        with desk.reading() as session:
            return "ready", [{"scope": off.scope, "notice": off.notice} for off in list_off(session)]
    except StorageError:
        return "away", None
