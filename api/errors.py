"""The one error shape of the API: ``{"error": {"code", "message", "detail"}}``."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.security.errors import NotSignedInError, TooManyError
from knowledge_base.errors import BaowenError, StorageError

_AWAY = "A part of the service is away. Try again in a moment, or call the company's hotline."

_log = structlog.get_logger(__name__)


def install_errors(app: FastAPI) -> None:
    """Let every failure of ``app`` answer in the one shape."""
    app.add_exception_handler(BaowenError, _baowen_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def error_response(status: int, code: str, message: str, detail: Any = None) -> JSONResponse:
    """Return the one error shape of the API."""
    return JSONResponse({"error": {"code": code, "message": message, "detail": detail}}, status)


def response_of(error: BaowenError) -> JSONResponse:
    """Return the reply that tells a known error."""
    response = error_response(error.http_status, error.code, error.message, list(error.detail) or None)
    if isinstance(error, TooManyError):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedInError):
        response.headers["WWW-Authenticate"] = 'Bearer realm="baowen"'
    return response


async def _baowen_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, BaowenError)  # noqa: S101 - registered for this class only
    if isinstance(error, StorageError):  # its text tells where the database is: for the log only
        _log.error("storage_failed", problem=error.message)
        return error_response(error.http_status, error.code, _AWAY)
    return response_of(error)


async def _invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    faults = [f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in error.errors()]
    message = "The request is not as described in /v1/openapi.json; see detail for the fields."
    return error_response(422, "invalid_request", message, faults)


async def _unexpected(_: Request, __: Exception) -> JSONResponse:
    """Keep the error shape; the server logs the traceback, the customer sees none of it."""
    return error_response(500, "internal", "The service failed. Try again, or call the company's hotline.")


async def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    response = error_response(error.status_code, "http", str(error.detail))
    response.headers.update(error.headers or {})
    return response
