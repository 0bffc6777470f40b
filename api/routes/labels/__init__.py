"""Routes of labelling."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.labels import questions, sets

router = APIRouter(prefix="/v1", tags=["labels"])
for _part in (sets, questions):
    router.include_router(_part.router)
