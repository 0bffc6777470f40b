"""``baowen compare``: finished runs row by row, with significance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.cli.context import CliContext
from api.cli.evaluate import ReportFormat
from api.evaluation_run import prices_of
from api.gating import tell_gate
from api.labelled_rows import read_labelled
from evaluation.compare import compare_runs
from evaluation.gate_files import read_gate
from evaluation.gates import check_gate, figures_of_comparison
from evaluation.online.decided import decided_rows
from evaluation.pairing import Pairing, pair_decided, pair_runs
from evaluation.reports.comparison import comparison_json, comparison_text
from evaluation.runs import Run, read_run
from knowledge_base.editing.snapshots import load_newest
from knowledge_base.errors import InvalidInputError


def compare(
    context: typer.Context,
    runs: Annotated[
        list[Path],
        typer.Argument(help="Folders of 'evaluate --output', or predictions; the first is compared to."),
    ],
    report_format: Annotated[
        ReportFormat, typer.Option("--format", help="text or json.")
    ] = ReportFormat.text,
    data: Annotated[
        Path | None, typer.Option(help="Labelled rows, where runs are of format 1 and have none beside them.")
    ] = None,
    decided: Annotated[
        bool,
        typer.Option(
            "--decided",
            help="Judge rows by what people decided in this installation: in audits and label sets.",
        ),
    ] = False,
    gate: Annotated[
        Path | None, typer.Option(help="What the last run must hold, as TOML; exit code 1 where it does not.")
    ] = None,
) -> None:
    """Compare runs over the same rows: McNemar's test, paired intervals, and what changed."""
    if len(runs) < 2:
        raise InvalidInputError("One run cannot be compared; name two or more.")
    wanted = read_gate(gate) if gate else None
    read = [read_run(path, read_labelled, data) for path in runs]
    pairing = _decided_pairing(context.obj, read) if decided else pair_runs(read)
    found = compare_runs(pairing)
    if report_format is ReportFormat.json:
        typer.echo(comparison_json(pairing, found))
    else:
        Console().print(comparison_text(pairing, found))
    if wanted:
        tell_gate(check_gate(wanted, figures_of_comparison(found[-1]), found[-1]))


def _decided_pairing(context: CliContext, runs: Sequence[Run]) -> Pairing:
    database = context.open_content()
    with database.reading() as session:
        published, _ = load_newest(session)
        intents = {entry.id: entry.intent for entry in published.entries}
        return pair_decided(runs, decided_rows(session, intents), prices_of(context.settings))
