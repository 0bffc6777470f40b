"""The pages: plain files, which ask the API for everything."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

PAGES = Path(str(files("api"))) / "pages"

router = APIRouter(include_in_schema=False)


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


@router.get("/supervisor")
def supervisor() -> FileResponse:
    """Return the supervisors' page."""
    return FileResponse(PAGES / "supervisor.html")
