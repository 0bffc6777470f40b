"""``baowen report``: the figures of a month or a quarter as HTML and XLSX."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.channels.settings import ChannelSettings
from api.cli.context import CliContext, busy
from api.measuring.report_files import read_report, write_report
from api.services import open_database
from assistant.desk.hours import OpeningHours
from assistant.desk.rules import read_desk_rules
from evaluation.online.period_reports import last_name
from knowledge_base.company import read_company
from knowledge_base.settings import Home, from_environment
from knowledge_base.taxonomy import CONTENT


class ReportSpan(StrEnum):
    """What a report is of."""

    month = "month"
    quarter = "quarter"


def report(
    context: typer.Context,
    span: Annotated[ReportSpan, typer.Argument(help="month or quarter.")],
    of: Annotated[
        str, typer.Option("--of", help="Which: 2026-10 or 2026-Q4; without it the last that is over.")
    ] = "",
    output: Annotated[
        Path | None, typer.Option(help="Folder; without it reports/ of the home folder.")
    ] = None,
) -> None:
    """Write every measure of a period, with intervals, targets and verdicts, beside the period before."""
    command: CliContext = context.obj
    settings, home = command.settings, Home.open(command.settings.home)
    now = dt.datetime.now(dt.UTC)
    zone = OpeningHours(read_desk_rules(home.content)).zone
    name = of or last_name(span.value, now.astimezone(zone).date())
    channels = from_environment(ChannelSettings).channels
    with busy("Measuring"):
        database = open_database(settings, home)
        found = read_report(database, home, channels, span.value, name, now)
        company = read_company(settings.company_profile or CONTENT / "company.yaml").name
        written = write_report(found, company, output or home.reports)
    for path in written:
        typer.echo(path)
