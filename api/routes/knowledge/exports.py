"""``GET /v1/entries/export``: entries as a file."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from api.knowledge.exports import MEDIA_TYPES, Format, Wanted, export
from api.routes.knowledge.shapes import FOUND, Editor
from api.routes.shapes import Desked

router = APIRouter(tags=["knowledge"])

FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}}, "description": "The file, as a download."}
}
Filter = Annotated[str, Query(max_length=200)]


@router.get("/entries/export", response_class=Response, responses=FOUND | FILE)
def export_entries(
    desk: Desked,
    _: Editor,
    form: Annotated[Format, Query(alias="format")] = "xlsx",
    what: Literal["published", "drafts"] = "published",
    headings: Literal["zh", "en"] = "en",
    intent: Filter = "",
    product: Filter = "",
    source: Filter = "",
    law: Filter = "",
    q: Filter = "",
) -> Response:
    """Download what is published, or the drafts, as XLSX, CSV, JSONL or YAML.

    English headings are those that ``baowen kb import`` reads; Chinese ones are for people,
    and ``POST /v1/imports`` reads both.
    """
    wanted = Wanted(what == "drafts", intent, product, source, law, q)
    content = export(desk, form, wanted, chinese=headings == "zh")
    return as_download(content, f"baowen-{what}-{dt.date.today()}.{form}", MEDIA_TYPES[form])


def as_download(content: bytes, name: str, media_type: str) -> Response:
    """Return bytes as a file that no browser opens as a page of ours; ``name`` is ASCII."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
