"""Keeps the deliveries to gateways going while the application runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

import structlog
from starlette.concurrency import run_in_threadpool

from api.channels.delivery import deliver_due, post
from api.channels.settings import Channel
from api.conversing.desk import Desk

LOOK_SECONDS = 2.0
"""What failed before is due again some time later, which no note tells."""

_log = structlog.get_logger(__name__)


@asynccontextmanager
async def serving_gateways(desk: Desk, channels: Iterable[Channel]) -> AsyncIterator[None]:
    """Deliver for as long as the context lasts; a slow gateway holds up no other one."""
    tasks = [asyncio.create_task(_serve(desk, one)) for one in channels if one.callback_url]
    yield
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task


async def _serve(desk: Desk, channel: Channel) -> None:
    with desk.broker.subscribe("conversation") as heard:
        while True:
            taken = 0
            try:
                taken = await run_in_threadpool(deliver_due, desk, channel, post)
            except Exception as error:  # the database is away: it is tried again
                _log.error("deliveries_failed", channel=channel.name, error=type(error).__name__)
            if not taken:
                await heard.wait(LOOK_SECONDS)
