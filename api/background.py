"""Runs coroutines beside the application for as long as it serves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

from knowledge_base.errors import place_of

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(*coroutines: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run coroutines that never end by themselves until the context is left; then wait for their end.

    One that breaks is reported at once, and holds up neither the others nor the end.
    """
    tasks = [asyncio.create_task(one, name=one.__qualname__) for one in coroutines]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report(task: asyncio.Task[None]) -> None:
    error = None if task.cancelled() else task.exception()
    if isinstance(error, Exception):  # its own text may quote a customer
        told = {"work": task.get_name(), "error": type(error).__name__, "place": place_of(error)}
        _log.error("background_work_ended", **told)
