"""Routes of the knowledge pages: entries, their review, import and export, laws, company, lexicons."""

from __future__ import annotations

from fastapi import APIRouter

from api.routes.knowledge import (
    drafting,
    exports,
    finding,
    imports,
    laws,
    own_content,
    publishes,
    review,
    snapshots,
    variants,
    writing,
)

router = APIRouter(prefix="/v1")
_BEFORE = (exports, finding, imports, laws, own_content, review, publishes, snapshots, drafting, variants)
for _part in (*_BEFORE, writing):  # an entry's id comes last, behind all other names of /v1/entries/
    router.include_router(_part.router)
