"""Writes the reports of periods that are over, beside the serving."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence

import structlog

from api.channels.settings import Channel
from api.conversing.desk import Desk, now
from api.measuring.report_files import read_report, report_name, write_report
from api.measuring.settings import ReportSettings
from evaluation.online.period_reports import last_name
from knowledge_base.errors import BaowenError

PAUSE_SECONDS = 3600.0
_log = structlog.get_logger(__name__)


async def report_always(desk: Desk, channels: Sequence[Channel], settings: ReportSettings) -> None:
    """Write what is due, every hour, until it is cancelled."""
    while settings.every:
        await asyncio.to_thread(write_due, desk, channels, settings, now())
        await asyncio.sleep(PAUSE_SECONDS)


def write_due(
    desk: Desk, channels: Sequence[Channel], settings: ReportSettings, at: dt.datetime
) -> list[str]:
    """Write the last month's and quarter's reports where they are wanted and missing; return their names."""
    services, written = desk.serving.services, []
    today = (at - dt.timedelta(days=settings.after_days)).astimezone(desk.hours.zone).date()
    for span in sorted(settings.every):
        name = last_name(span, today)
        if (services.home.reports / f"{report_name(span, name)}.xlsx").is_file():
            continue
        try:
            report = read_report(services.database, services.home, channels, span, name, at)
            write_report(report, services.company.name, services.home.reports)
        except BaowenError as error:  # tried again in an hour
            _log.error("report_not_written", report=name, error=error.message)
            continue
        written.append(report_name(span, name))
        _log.info("report_written", report=name)
    return written
