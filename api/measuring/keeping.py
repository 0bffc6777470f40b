"""Counts finished days beside the serving, so that dashboards open at once."""

from __future__ import annotations

import asyncio

import structlog

from api.conversing.desk import Desk, now
from evaluation.online.rollups import count_day, keep_day, uncounted_days
from knowledge_base.errors import BaowenError

PAUSE_SECONDS = 300.0
_log = structlog.get_logger(__name__)


async def keep_days_always(desk: Desk) -> None:
    """Count what is finished, now and then, until it is cancelled."""
    while True:
        await asyncio.to_thread(keep_days, desk)
        await asyncio.sleep(PAUSE_SECONDS)


def keep_days(desk: Desk) -> int:
    """Count every finished day that is not kept yet; return how many.

    Counting only reads; customers wait for the short transaction that keeps a day.
    """
    done = 0
    try:
        with desk.reading() as session:
            missing = uncounted_days(session, desk.rules, desk.hours.zone, now())
        for family, scope in missing:
            with desk.reading() as session:
                rows = count_day(session, family, scope)
            with desk.transaction() as session:
                keep_day(session, family, scope, rows)
            done += 1
    except BaowenError as error:  # dashboards count for themselves meanwhile
        _log.error("days_not_counted", error=error.message)
    if done:
        _log.info("days_counted", count=done)
    return done
