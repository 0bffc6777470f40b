"""Routes of the knowledge pages: entries, their review, import and export, laws, company, lexicons."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.knowledge import (
    drafting,
    exports,
    finding,
    imports,
    publishes,
    review,
    snapshots,
    variants,
    writing,
)

router = APIRouter(prefix="/v1")
# An entry's id comes last, behind all other names of /v1/entries/.
for _part in (exports, finding, imports, review, publishes, snapshots, drafting, variants, writing):
    router.include_router(_part.router)
