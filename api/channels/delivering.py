"""Keeps the deliveries to gateways going while the application runs."""

from __future__ import annotations

import structlog
from starlette.concurrency import run_in_threadpool

from api.channels.delivery import deliver_due, post
from api.channels.settings import Channel
from api.conversing.desk import Desk

LOOK_SECONDS = 2.0
"""What failed before is due again some time later, which no note tells."""

_log = structlog.get_logger(__name__)


async def serve_gateway(desk: Desk, channel: Channel) -> None:
    """Deliver to one gateway until it is cancelled; a slow one holds up no other one."""
    with desk.broker.subscribe("conversation") as heard:
        while True:
            taken = 0
            try:
                taken = await run_in_threadpool(deliver_due, desk, channel, post)
            except Exception as error:  # the database is away: it is tried again
                _log.error("deliveries_failed", channel=channel.name, error=type(error).__name__)
            if not taken:
                await heard.wait(LOOK_SECONDS)
