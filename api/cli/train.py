"""``baowen train``: make a bundle from the published entries and the questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from api.cli.context import console

_COLUMNS = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


def train(
    context: typer.Context,
    quick: Annotated[bool, typer.Option("--quick", help="Keep the encoder; needs no torch.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="Bundle folder; default: a new one in the home folder.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random choice.")] = 20261122,
) -> None:
    """Train a bundle; --quick after editing FAQs, without it from the teacher's weights."""
    # Only here: scikit-learn costs every other command seconds of start.
    from api.training_run import TrainingRun, train_bundle

    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    notes = console()
    command = f"baowen train{' --quick' if quick else ''} --seed {seed}"
    run = TrainingRun(context.obj.settings, output, quick, seed, command, version("baowen"), stamp)
    with Progress(*_COLUMNS, console=notes) as bars:
        folder, metrics = train_bundle(run, notes.print, _step_bars(bars))
    for name, value in metrics.items():
        typer.echo(f"{name}: {value}")
    typer.echo(f"Bundle written to {folder}")


def _step_bars(bars: Progress) -> Callable[[str, int, int], None]:
    """Return a callback that draws one bar a stage."""
    tasks: dict[str, TaskID] = {}

    def show(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total)
        bars.update(tasks[stage], completed=done, total=total)

    return show
