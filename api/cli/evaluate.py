"""``baowen evaluate``: measure the assistant on labelled questions."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from api.cli.context import console, given_command
from api.evaluation_run import facts_of, gather, names_of, targets_of
from api.evaluation_workers import Workers, results_of
from api.gating import gate_report, require_gateable, tell_gate
from api.labelled_rows import open_labelled
from api.services import Services
from evaluation.gate_files import read_gate
from evaluation.gathering import Gatherer
from evaluation.mix import parse_mix
from evaluation.reports.machine import report_json
from evaluation.reports.page import report_page
from evaluation.reports.text import print_report
from knowledge_base.errors import InvalidInputError


class ReportFormat(StrEnum):
    """How a report is printed."""

    text = "text"
    json = "json"
    html = "html"


def evaluate(
    context: typer.Context,
    data: Annotated[Path, typer.Argument(help="Labelled rows: .jsonl, .csv or .xlsx.")],
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="text, json or html (one file for a browser).")
    ] = ReportFormat.text,
    output: Annotated[
        Path | None, typer.Option(help="Folder for report.json, report.html and predictions.jsonl.")
    ] = None,
    predictions: Annotated[Path | None, typer.Option(help="Write a JSON line a row to this file.")] = None,
    mix: Annotated[
        str | None, typer.Option(help="Weight rows to a day's mix: handoff=0.08,decline=0.06.")
    ] = None,
    where: Annotated[
        list[str] | None, typer.Option(help="Only rows with field=value; may be repeated.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes that run the rows.")] = 1,
    dask: Annotated[str, typer.Option(help="Address of a Dask scheduler whose workers run them.")] = "",
    gate: Annotated[
        Path | None, typer.Option(help="What must hold, as TOML; exit code 1 where it does not.")
    ] = None,
) -> None:
    """Run every labelled row through the pipeline and print all metrics with 95 % intervals."""
    shares = parse_mix(mix) if mix else None
    cases = open_labelled(data, where or [])
    _require_folders(output, predictions)
    wanted = read_gate(gate) if gate else None
    require_gateable(wanted, output)
    services: Services = context.obj.open()
    goals = targets_of(services)
    gatherer = Gatherer(cases.survey, shares, facts_of(services, cases, given_command()))
    results = results_of(cases, services, Workers(workers, dask or services.settings.dask))
    with _progress() as bar:
        task = bar.add_task("Evaluating", total=cases.survey.n)
        files = _prediction_files(output, predictions)
        report = gather(results, gatherer, files, lambda done: bar.update(task, completed=done))
    if output:
        _write(output / "report.json", report_json(report) + "\n")
        _write(output / "report.html", report_page(report, names_of(services), goals))
    if report_format is ReportFormat.json:
        typer.echo(report_json(report))
    elif report_format is ReportFormat.html:
        typer.echo(report_page(report, names_of(services), goals))
    else:
        print_report(report, Console(), goals)
    if wanted:
        tell_gate(gate_report(wanted, report, output))


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


def _prediction_files(output: Path | None, predictions: Path | None) -> list[Path]:
    return [path for path in (output and output / "predictions.jsonl", predictions) if path]


def _write(path: Path, text: str) -> None:
    """Write a file so that it appears whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
