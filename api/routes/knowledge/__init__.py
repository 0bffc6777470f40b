"""Routes of the knowledge pages: entries, their review, import and export, laws, company, lexicons."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.knowledge import entries

router = APIRouter(prefix="/v1")
for _part in (entries,):
    router.include_router(_part.router)
