"""Liveness and readiness."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

router = APIRouter(tags=["health"])


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """Tell that the process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> dict[str, Any]:
    """Tell what is being served."""
    services = request.app.state.services
    return {
        "status": "ready",
        "versions": {
            "kb": services.snapshot.version,
            "bundle": services.bundle.version,
            "thresholds": services.bundle.thresholds.version,
        },
        "certified": services.standing.certified,
        "certificate": services.standing.stand,
        "notice": services.standing.notice,
    }
