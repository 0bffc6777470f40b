"""``baowen train``: make a bundle from the published entries and the questions."""

from __future__ import annotations

import datetime as dt
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import console


def train(
    context: typer.Context,
    quick: Annotated[bool, typer.Option("--quick", help="Keep the encoder; needs no torch.")] = False,
    output: Annotated[
        Path | None, typer.Option(help="Bundle folder; default: a new one in the home folder.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random choice.")] = 20261122,
    labels: Annotated[
        list[Path] | None, typer.Option(help="Approved labels to learn from too; may be repeated.")
    ] = None,
    desk_labels: Annotated[
        bool, typer.Option("--desk-labels", help="Learn from the entries that agents named, too.")
    ] = False,
    candidate: Annotated[
        bool, typer.Option("--candidate", help="Put nothing in use: for 'baowen candidate start'.")
    ] = False,
) -> None:
    """Train a bundle; --quick after editing FAQs, without it from the teacher's weights."""
    # Only here: scikit-learn costs every other command seconds of start.
    from api.training_run import TrainingRun, train_bundle

    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    notes = console()
    command = f"baowen train{' --quick' if quick else ''} --seed {seed}"
    command += " --desk-labels" * desk_labels + "".join(f" --labels {path.name}" for path in labels or ())
    run = TrainingRun(
        context.obj.settings,
        output,
        quick,
        seed,
        command,
        version("baowen"),
        stamp,
        tuple(labels or ()),
        desk_labels,
        candidate,
    )
    with notes.status("Starting") as status:

        def tell(step: str) -> None:
            status.update(step)
            notes.print(step, markup=False)

        folder, metrics = train_bundle(run, tell)
    for name, value in metrics.items():
        typer.echo(f"{name}: {value}")
    typer.echo(f"Bundle written to {folder}")
