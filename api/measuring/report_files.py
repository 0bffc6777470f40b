"""Writes the report of a period: one HTML file that prints well, and a workbook."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import cast

from jinja2 import Environment, PackageLoader, StrictUndefined

from api.channels.settings import Channel
from api.measuring import files
from api.measuring.deliveries import deliveries
from api.measuring.words import VERDICTS, interval_text, number_text, target_text
from assistant.desk.hours import OpeningHours
from assistant.desk.rules import read_desk_rules
from evaluation.online.definitions import GROUPS
from evaluation.online.figures import Figure
from evaluation.online.period_reports import PeriodReport, Span, make_report
from evaluation.online.targets import read_targets
from knowledge_base.database import Database
from knowledge_base.errors import NotFoundError, StorageError
from knowledge_base.settings import Home
from knowledge_base.taxonomy import shipped_taxonomy

_FILE = re.compile(r"(report-(month|quarter)-(\d{4}-(?:\d{2}|Q[1-4])))\.(html|xlsx)")
_WIDTH, _HEIGHT = 160, 36
_SPANS: dict[Span, str] = {"month": "月报", "quarter": "季报"}


def read_report(
    database: Database, home: Home, channels: Sequence[Channel], span: Span, of: str, now: dt.datetime
) -> PeriodReport:
    """Measure a period.

    Raises:
        InvalidInputError: There is no such period, or it has not begun.
        ContentError: A file of the home folder is not usable.
    """
    rules = read_desk_rules(home.content)
    targets = read_targets(home.content)
    zone = OpeningHours(rules).zone
    with database.reading() as session:
        return make_report(session, span, of, zone, rules, targets, now, (deliveries(channels),))


def write_report(report: PeriodReport, company: str, folder: Path) -> tuple[Path, Path]:
    """Write both files of a report, each whole or not at all; return their paths.

    Raises:
        StorageError: They cannot be written.
    """
    page, book = (folder / f"{report_name(report.span, report.name)}.{kind}" for kind in ("html", "xlsx"))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, content in ((page, report_page(report, company).encode()), (book, report_workbook(report))):
            partial = path.with_name(f".{path.name}.partial")
            partial.write_bytes(content)
            partial.replace(path)
    except OSError as error:
        raise StorageError(
            f"The report cannot be written to {str(folder)!r} ({error.strerror}). Check space and rights."
        ) from None
    return page, book


def report_name(span: Span, name: str) -> str:
    """Return the name of a report's files, without their kind."""
    return f"report-{span}-{name}"


def list_reports(folder: Path) -> list[dict[str, object]]:
    """Return the reports that lie in a folder, the newest period first.

    Raises:
        StorageError: It cannot be read.
    """
    found: dict[str, dict[str, object]] = {}
    try:
        for path in sorted(folder.glob("report-*")) if folder.is_dir() else ():
            match = _FILE.fullmatch(path.name)
            if not match:
                continue
            name, span, of, kind = match.groups()
            one = found.setdefault(name, {"name": name, "span": span, "of": of, "files": {}})
            one["files"] = {**cast(dict[str, int], one["files"]), kind: path.stat().st_size}
            one["written_at"] = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).isoformat()
    except OSError as error:
        raise StorageError(f"The reports in {str(folder)!r} cannot be read ({error.strerror}).") from None
    return sorted(found.values(), key=lambda one: (str(one["of"])[:4], str(one["written_at"])), reverse=True)


def report_path(folder: Path, name: str, kind: str) -> Path:
    """Return the file of a report.

    Raises:
        NotFoundError: There is none.
    """
    path = folder / f"{name}.{kind}"
    if not _FILE.fullmatch(path.name) or not path.is_file():
        raise NotFoundError(f"There is no report {name!r} as {kind}. Load the reports again.")
    return path


def report_page(report: PeriodReport, company: str) -> str:
    """Return the report as an HTML document that loads nothing."""
    loader = PackageLoader("api", "measuring/templates")
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    before = {one.definition.id: one for one in report.before}
    groups = [
        (GROUPS[group], list(figures))
        for group, figures in groupby(report.figures, key=lambda one: one.definition.group)
    ]
    return environment.get_template("report.html.j2").render(
        report=report,
        company=company,
        title=_SPANS[report.span],
        last=report.period.until - dt.timedelta(days=1),
        made_at=report.made_at.astimezone(report.period.zone),
        groups=groups,
        before=before,
        standing=_standing(report.figures),
        verdicts=VERDICTS,
        number=number_text,
        interval=interval_text,
        target=target_text,
        trend=lambda figure: _trend(figure, [day.isoformat() for day in report.period.days]),
        intent=lambda one: shipped_taxonomy().intents[one].name if one in shipped_taxonomy().intents else one,
    )


def report_workbook(report: PeriodReport) -> bytes:
    """Return the report as a workbook."""
    topics = [
        (shipped_taxonomy().intents[one.intent].name, one.contacts, one.share, one.low, one.high)
        for one in report.hot
        if one.intent in shipped_taxonomy().intents
    ]
    return files.write_workbook(
        {
            "本期": (files.FIGURE_COLUMNS, files.figure_rows(report.figures)),
            "上期": (files.FIGURE_COLUMNS, files.figure_rows(report.before)),
            "每日": (files.TREND_COLUMNS, files.trend_rows(report.figures)),
            "热门主题": (("主题", "咨询", "占比", "下限", "上限"), topics),
        }
    )


def _standing(figures: Sequence[Figure]) -> list[tuple[str, int]]:
    """Return how many targets have which verdict."""
    told = [VERDICTS[one.verdict] for one in figures if one.target]
    return [(word, told.count(word)) for word in VERDICTS.values() if told.count(word)]


def _trend(figure: Figure, days: Sequence[str]) -> str:
    """Return the points of a line through the daily figures, as SVG takes them; empty without a line."""
    known = [
        (days.index(day), value.value)
        for day, value in figure.trend.items()
        if day in days and value.value is not None
    ]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    across, room = max(len(days) - 1, 1), (high - low) or 1.0
    return " ".join(
        f"{2 + (_WIDTH - 4) * place / across:.1f},{2 + (_HEIGHT - 4) * (high - value) / room:.1f}"
        for place, value in known
    )
