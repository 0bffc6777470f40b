"""Liveness and readiness."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from api.live import LiveService

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> dict[str, Any]:
    """Tell what is being served."""
    live: LiveService = request.app.state.live
    services, refused = live.serving.services, live.refused
    return {
        "status": "ready",
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
