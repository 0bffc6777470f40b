"""Looks, now and then while serving, whether the certificate still holds and the traffic is the same."""

from __future__ import annotations

import asyncio
import datetime as dt

import structlog

from api.certification import check_drift, restood
from api.live import LiveService
from api.loop.audited import look_at_answers
from api.loop.drift import TrafficWatcher, raised
from api.loop.trial import Trial
from api.releasing import require_released
from knowledge_base.errors import BaowenError

_log = structlog.get_logger(__name__)


async def watch(live: LiveService) -> None:
    """Watch the certificate and the traffic until it is cancelled."""
    watcher = TrafficWatcher()
    while True:
        await asyncio.sleep(live.serving.services.settings.drift_minutes * 60)
        await asyncio.to_thread(look, live)
        await asyncio.to_thread(look_at_traffic, live, watcher)


async def follow_trial(live: LiveService, trial: Trial) -> None:
    """Follow which candidate is on trial until it is cancelled."""
    while True:
        await asyncio.sleep(live.serving.services.settings.poll_seconds)
        try:
            await asyncio.to_thread(trial.follow)
        except BaowenError as error:  # the database is away: what is in memory goes on
            _log.error("trial_not_followed", error=error.message)


def look_at_traffic(live: LiveService, watcher: TrafficWatcher) -> None:
    """Look whether traffic has changed, or answers are wrong too often; what is found becomes an alarm."""
    try:
        watcher.look(live.serving.services, dt.datetime.now(dt.UTC))
        look_at_answers(live.serving.services, dt.datetime.now(dt.UTC))
    except BaowenError as error:  # the database is away: the next look goes back as far
        _log.error("traffic_not_watched", error=error.message)


def look(live: LiveService) -> None:
    """Check for drift, and serve by the thresholds that count from now on."""
    services = live.serving.services
    try:
        moment = dt.datetime.now(dt.UTC)
        drift = check_drift(services, moment)
        if drift and drift.reason and services.standing.certificate:
            named = services.standing.certificate.id
            detail: dict[str, object] = {"certificate": named, "cause": drift.cause}
            raised(services, "certificate", named, moment, drift.reason, detail, moment)
        now = restood(services)
        if now.standing != services.standing:
            require_released(now)
    except BaowenError as error:  # serving goes on as it was; the operator is told
        _log.error("certificate_not_checked", error=error.message)
        return
    if now.standing != services.standing:
        live.restand(services, now)
