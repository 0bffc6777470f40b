"""The pages: plain files, which ask the API for everything."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.widget_script import joined_script

PAGES = Path(str(files("api"))) / "pages"

router = APIRouter(include_in_schema=False)


@router.get("/")
def demo() -> FileResponse:
    """Return the sample company's page, with the widget as any site includes it."""
    return FileResponse(PAGES / "demo.html")


@router.get("/chat")
def chat() -> FileResponse:
    """Return the widget as a page of its own."""
    return FileResponse(PAGES / "service.html")


@router.get("/widget.js")
def widget(request: Request) -> Response:
    """Return the script that a site includes: all of the widget's modules in one."""
    plain, packed, etag = _widget()
    headers = {"Cache-Control": "no-cache", "ETag": etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(plain, media_type="text/javascript", headers=headers)
    return Response(packed, media_type="text/javascript", headers={**headers, "Content-Encoding": "gzip"})


@cache
def _widget() -> tuple[bytes, bytes, str]:
    """Return the script, the same packed, and its tag."""
    plain = joined_script(PAGES / "widget" / "widget.js").encode()
    return plain, gzip.compress(plain, 9, mtime=0), f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"'


@router.get("/login")
def login() -> FileResponse:
    """Return the page to sign in on."""
    return FileResponse(PAGES / "login.html")


@router.get("/setup")
def setup() -> FileResponse:
    """Return the page of the one-time link."""
    return FileResponse(PAGES / "setup.html")


@router.get("/accounts")
def accounts() -> FileResponse:
    """Return the page of accounts, keys and the audit log; it asks who is signed in."""
    return FileResponse(PAGES / "accounts.html")


@router.get("/desk")
def desk() -> FileResponse:
    """Return the agents' page."""
    return FileResponse(PAGES / "desk.html")


@router.get("/dashboard")
def dashboard() -> FileResponse:
    """Return the page of figures, audits and staffing."""
    return FileResponse(PAGES / "dashboard.html")


@router.get("/labels")
def labels() -> FileResponse:
    """Return the page of labelling."""
    return FileResponse(PAGES / "labels.html")


@router.get("/supervisor")
def supervisor() -> FileResponse:
    """Return the supervisors' page."""
    return FileResponse(PAGES / "supervisor.html")


@router.get("/knowledge")
def knowledge() -> FileResponse:
    """Return the editors' page; it asks who is signed in."""
    return FileResponse(PAGES / "knowledge.html")
