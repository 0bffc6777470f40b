"""Routes of the loop that learns: gaps, drift alarms, candidates."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.loop import candidates, drift, gaps

router = APIRouter()
for _part in (gaps, drift, candidates):
    router.include_router(_part.router)
router.include_router(drift.metrics_router)
