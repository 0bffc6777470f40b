"""Routes of the knowledge pages: entries, their review, import and export, laws, company, lexicons."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.knowledge import exports, finding, imports, publishes, review, snapshots

router = APIRouter(prefix="/v1")
for _part in (exports, finding, imports, review, publishes, snapshots):
    router.include_router(_part.router)
