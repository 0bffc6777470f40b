"""Tells a webhook of alarms: signed like deliveries to gateways, at least once, until it takes them."""

from __future__ import annotations

import asyncio
import datetime as dt
import json

import structlog
from pydantic import HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from starlette.concurrency import run_in_threadpool

from api.channels.delivery import Post, pause_after, post
from api.channels.settings import Channel
from api.channels.signing import signed_headers
from api.live import LiveService
from api.loop.drift import alarm_view
from evaluation.online.alarms import AlarmRow
from knowledge_base.database import Database
from knowledge_base.errors import InvalidInputError

LOOK_SECONDS = 5.0
_LEASE = dt.timedelta(seconds=25)
"""A process that takes up an alarm has so long; when it is killed, another one goes on then."""

_log = structlog.get_logger(__name__)


class AlarmSettings(BaseSettings):
    """Read from ``BAOWEN_ALARM_URL`` and ``BAOWEN_ALARM_KEY``.

    Attributes:
        alarm_url: Where alarms are sent; empty sends none.
        alarm_key: Signs them; at least 32 bytes, behind ``whsec_`` in base64.
    """

    model_config = SettingsConfigDict(env_prefix="BAOWEN_", frozen=True, env_ignore_empty=True)

    alarm_url: HttpUrl | None = None
    alarm_key: SecretStr | None = None

    def channel(self) -> Channel | None:
        """Return where alarms go, as a gateway's channel; None where nowhere.

        Raises:
            InvalidInputError: The key is missing or too short.
        """
        if self.alarm_url is None:
            return None
        try:
            return Channel(name="alarms", kind="webhook", key=self.alarm_key, callback_url=self.alarm_url)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise InvalidInputError(
                f"BAOWEN_ALARM_KEY cannot sign alarms ({reason}). Set one of at least 32 bytes."
            ) from None


async def deliver_alarms(live: LiveService, channel: Channel) -> None:
    """Deliver alarms until it is cancelled."""
    while True:
        try:
            await run_in_threadpool(deliver_due, live.serving.services.database, channel, post)
        except Exception as error:  # the database is away: it is tried again
            _log.error("alarms_not_delivered", error=type(error).__name__)
        await asyncio.sleep(LOOK_SECONDS)


def deliver_due(database: Database, channel: Channel, post: Post) -> int:
    """Send the alarms that are due; return how many were taken."""
    now = dt.datetime.now(dt.UTC)
    due = select(AlarmRow).where(AlarmRow.delivered_at.is_(None), AlarmRow.next_try_at <= now)
    with database.reading() as session:
        found = [
            (row.id, row.next_try_at, row.failures, alarm_view(row))
            for row in session.scalars(due.order_by(AlarmRow.found_at))
        ]
    return sum(
        _deliver(database, channel, alarm_id, failures, view, post)
        for alarm_id, next_try_at, failures, view in found
        if _claim(database, alarm_id, next_try_at, now)
    )


def _claim(database: Database, alarm_id: str, next_try_at: dt.datetime, now: dt.datetime) -> bool:
    """Take up an alarm unless another process did; no lock is held while the webhook is asked."""
    mine = update(AlarmRow).where(AlarmRow.id == alarm_id, AlarmRow.next_try_at == next_try_at)
    with database.transaction() as session:
        result = session.execute(mine.values(next_try_at=now + _LEASE))
        return isinstance(result, CursorResult) and result.rowcount == 1


def _deliver(
    database: Database, channel: Channel, alarm_id: str, failures: int, view: dict[str, object], post: Post
) -> bool:
    now = dt.datetime.now(dt.UTC)
    told = {name: value for name, value in view.items() if name not in ("seen_by", "note", "delivered_at")}
    body = json.dumps({"type": "drift_alarm", "alarm": told}, ensure_ascii=False).encode()
    headers = {"content-type": "application/json", **signed_headers(channel, alarm_id, body, now)}
    kept = update(AlarmRow).where(AlarmRow.id == alarm_id)
    try:
        post(str(channel.callback_url), body, headers)
    except (OSError, ValueError) as error:
        _log.warning("alarm_not_taken", failures=failures + 1, error=type(error).__name__)
        values: dict[str, object] = {
            "failures": failures + 1,
            "next_try_at": now + pause_after(failures + 1),
        }
    else:
        values = {"delivered_at": now}
    with database.transaction() as session:
        session.execute(kept.values(**values))
    return "delivered_at" in values
