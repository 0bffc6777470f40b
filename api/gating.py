"""Lets a run through a gate: compares it where the gate asks for that, and tells every line."""

from __future__ import annotations

from pathlib import Path

import typer

from api.cli.context import console
from api.labelled_rows import read_labelled
from evaluation.compare import Comparison, compare_runs
from evaluation.gate_files import Gate
from evaluation.gates import GateLine, check_gate, figures_of_report
from evaluation.pairing import pair_runs
from evaluation.runs import read_run
from evaluation.types import Report
from knowledge_base.errors import InvalidInputError

FAILED = 1
"""Exit code of a command whose gate failed."""


def require_gateable(gate: Gate | None, output: Path | None) -> None:
    """Fail before a run, not after it.

    Raises:
        InvalidInputError: The run that the gate compares with cannot be read, or the rows of this
            one would not be kept.
    """
    if gate is None or gate.regression is None:
        return
    if gate.regression.against is None:
        raise InvalidInputError("the gate's regression names no run to compare with; set 'against'.")
    if output is None:
        raise InvalidInputError("the gate looks for regressions row by row; keep the rows with --output.")
    read_run(gate.regression.against, read_labelled)


def gate_report(gate: Gate, report: Report, output: Path | None) -> tuple[GateLine, ...]:
    """Let a run that was just measured through a gate.

    Args:
        gate: What must hold.
        report: What was measured.
        output: The folder its rows are in.

    Raises:
        InvalidInputError: The gate does not fit the run; see ``check_gate``.
    """
    return check_gate(gate, figures_of_report(report), _compared(gate, output))


def _compared(gate: Gate, output: Path | None) -> Comparison | None:
    if gate.regression is None or gate.regression.against is None or output is None:
        return None
    runs = [read_run(path, read_labelled) for path in (gate.regression.against, output)]
    pairing = pair_runs(runs)
    for note in pairing.notes:
        console().print(f"note: {note}", markup=False)
    return compare_runs(pairing)[0]


def tell_gate(lines: tuple[GateLine, ...]) -> None:
    """Print every line on stderr, the failed ones last.

    Raises:
        typer.Exit: One failed; the exit code is 1.
    """
    notes = console()
    for line in sorted(lines, key=lambda one: not one.passed):
        notes.print(
            f"gate {'passed' if line.passed else 'FAILED'}: {line.text}", markup=False, soft_wrap=True
        )
    failed = sum(not line.passed for line in lines)
    if failed:
        notes.print(f"{failed} of {len(lines)} lines of the gate failed.", markup=False)
        raise typer.Exit(FAILED)
