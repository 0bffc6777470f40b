"""The FastAPI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.base import RequestResponseEndpoint

from api.live import LiveService
from api.routes import ask, health
from api.services import Services
from api.watch import watching
from knowledge_base.errors import BaowenError

PAGES = Path(str(files("api"))) / "pages"

# Pages load nothing from elsewhere and run no inline code.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def create_app(services: Services) -> FastAPI:
    """Return the application that serves ``services``."""
    live = LiveService(services)
    app = FastAPI(
        title="Baowen",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        lifespan=lambda _: _watching(live),
    )
    app.state.live = live
    app.include_router(ask.router)
    app.include_router(health.router)
    app.add_exception_handler(BaowenError, _baowen_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)
    app.middleware("http")(_add_headers)
    app.mount("/assets", StaticFiles(directory=PAGES), name="assets")
    app.get("/", include_in_schema=False)(_chat_page)
    return app


@asynccontextmanager
async def _watching(live: LiveService) -> AsyncIterator[None]:
    """Follow what is published, and the certificate, for as long as the application runs."""
    live.start()
    async with watching(live):
        yield
    await run_in_threadpool(live.stop)


async def _chat_page() -> FileResponse:
    return FileResponse(PAGES / "chat.html")


async def _add_headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
    response = await call_next(request)
    response.headers.update(_HEADERS)
    return response


def error_response(status: int, code: str, message: str, detail: Any = None) -> JSONResponse:
    """Return the one error shape of the API."""
    return JSONResponse({"error": {"code": code, "message": message, "detail": detail}}, status)


async def _baowen_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BaowenError)  # noqa: S101 - registered for this class only
    return error_response(error.http_status, error.code, error.message, list(error.detail) or None)


async def _invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    faults = [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()]
    message = "The request body is not as described in /v1/openapi.json; see detail for the fields."
    return error_response(422, "invalid_request", message, faults)


async def _unexpected(_: Request, __: Exception) -> JSONResponse:
    """Keep the error shape; the server logs the traceback, the customer sees none of it."""
    return error_response(500, "internal", "The service failed. Try again, or call the company's hotline.")


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    response = error_response(error.status_code, "http", str(error.detail))
    response.headers.update(error.headers or {})
    return response
