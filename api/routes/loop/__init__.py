"""Routes of the loop that learns: gaps, drift alarms, candidates."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.loop import gaps

router = APIRouter(prefix="/v1")
for _part in (gaps,):
    router.include_router(_part.router)
