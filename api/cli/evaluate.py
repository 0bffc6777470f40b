"""``baowen evaluate``: measure the assistant on labelled questions."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.case_replies import reply_for
from api.cli.context import console
from api.labelled_rows import read_labelled
from api.services import Services
from evaluation.cases import choose_cases, file_hash
from evaluation.mix import parse_mix
from evaluation.predictions import write_predictions
from evaluation.reports.machine import report_json
from evaluation.reports.text import print_report
from evaluation.runner import evaluate_cases
from evaluation.types import Report, RunFacts
from knowledge_base.errors import InvalidInputError


class ReportFormat(StrEnum):
    """How a report is printed."""

    text = "text"
    json = "json"


def evaluate(
    context: typer.Context,
    data: Annotated[Path, typer.Argument(help="Labelled rows: .jsonl, .csv or .xlsx.")],
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="text or json.")
    ] = ReportFormat.text,
    output: Annotated[Path | None, typer.Option(help="Folder for report.json and predictions.jsonl.")] = None,
    predictions: Annotated[Path | None, typer.Option(help="Write a JSON line a row to this file.")] = None,
    mix: Annotated[
        str | None, typer.Option(help="Weight rows to a day's mix: handoff=0.08,decline=0.06.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="Only rows with field=value; may be repeated.")
    ] = None,
) -> None:
    """Run every labelled row through the pipeline and print all metrics with 95 % intervals."""
    conditions = where or []
    shares = parse_mix(mix) if mix else None
    cases = choose_cases(read_labelled(data), conditions)
    _require_folders(output, predictions)
    services: Services = context.obj.open()
    facts = RunFacts(
        data=data.name,
        data_hash=file_hash(data),
        kb_hash=services.snapshot.version,
        bundle_hash=services.bundle.version,
        where=tuple(conditions),
        evaluated_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    )
    with _progress() as bar:
        task = bar.add_task("Evaluating", total=len(cases))
        report = evaluate_cases(
            cases, reply_for(services), shares, lambda done, _: bar.update(task, completed=done), facts
        )
    _write(report, output, predictions)
    if report_format is ReportFormat.json:
        typer.echo(report_json(report))
    else:
        print_report(report, Console())


def _require_folders(output: Path | None, predictions: Path | None) -> None:
    """Fail before the run, not after it."""
    if output:
        try:
            output.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InvalidInputError(f"Folder {str(output)!r} cannot be made ({error.strerror}).") from None
    if predictions and not predictions.parent.is_dir():
        raise InvalidInputError(f"Folder {str(predictions.parent)!r} for the predictions does not exist.")


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console(), transient=True)


def _write(report: Report, output: Path | None, predictions: Path | None) -> None:
    if output:
        partial = output / ".report.json.partial"
        partial.write_text(report_json(report) + "\n", encoding="utf-8")
        partial.replace(output / "report.json")
        write_predictions(output / "predictions.jsonl", report.results)
    if predictions:
        write_predictions(predictions, report.results)
