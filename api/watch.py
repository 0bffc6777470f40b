"""Looks, now and then while serving, whether the certificate still holds."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi import FastAPI

from api.certification import check_drift, restood
from api.services import Services
from knowledge_base.errors import BaowenError

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def watching(app: FastAPI) -> AsyncIterator[None]:
    """Watch the certificate for as long as the application runs."""
    task = asyncio.create_task(_watch(app))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _watch(app: FastAPI) -> None:
    while True:
        await asyncio.sleep(app.state.services.settings.drift_minutes * 60)
        await asyncio.to_thread(look, app)


def look(app: FastAPI) -> None:
    """Check for drift, and serve by the thresholds that count from now on."""
    services: Services = app.state.services
    try:
        drift = check_drift(services, dt.datetime.now(dt.UTC))
        now = restood(services)
    except BaowenError as error:  # serving goes on as it was; the operator is told
        _log.error("certificate_not_checked", error=error.message)
        return
    if drift and drift.reason:
        _log.warning("certificate_void", reason=drift.reason)
    # Where something else was put in place meanwhile, that is newer.
    if now.standing != services.standing and app.state.services is services:
        app.state.services = now
        app.state.assistant = now.logging_assistant()
