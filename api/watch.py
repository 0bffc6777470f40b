"""Looks, now and then while serving, whether the certificate still holds."""

from __future__ import annotations

import asyncio
import datetime as dt

import structlog

from api.certification import check_drift, restood
from api.live import LiveService
from api.releasing import require_released
from knowledge_base.errors import BaowenError

_log = structlog.get_logger(__name__)


async def watch(live: LiveService) -> None:
    """Watch the certificate until it is cancelled."""
    while True:
        await asyncio.sleep(live.serving.services.settings.drift_minutes * 60)
        await asyncio.to_thread(look, live)


def look(live: LiveService) -> None:
    """Check for drift, and serve by the thresholds that count from now on."""
    services = live.serving.services
    try:
        drift = check_drift(services, dt.datetime.now(dt.UTC))
        now = restood(services)
        if now.standing != services.standing:
            require_released(now)
    except BaowenError as error:  # serving goes on as it was; the operator is told
        _log.error("certificate_not_checked", error=error.message)
        return
    if drift and drift.reason:
        _log.warning("certificate_void", reason=drift.reason)
    if now.standing != services.standing:
        live.restand(services, now)
