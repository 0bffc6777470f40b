"""The pages: plain files, which ask the API for everything."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

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
def widget() -> FileResponse:
    """Return the script that a site includes; it loads the rest from /assets."""
    return FileResponse(PAGES / "widget.js", media_type="text/javascript")


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
