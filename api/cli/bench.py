"""``baowen bench``: speed on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from api.benchmark import run_bench
from api.cli.context import busy


def bench(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure latency on one core, throughput, start-up and memory."""
    services = context.obj.open()
    with busy("Measuring"):
        report = run_bench(services)
    if as_json:
        typer.echo(report.to_json())
        return
    typer.echo(report.machine)
    typer.echo(f"pipeline  p50 {report.pipeline_ms.p50:.2f} ms   p99 {report.pipeline_ms.p99:.2f} ms")
    typer.echo(f"all else  p50 {report.other_ms.p50:.2f} ms   p99 {report.other_ms.p99:.2f} ms")
    typer.echo(f"encoder   p50 {report.encode_ms.p50:.2f} ms   p99 {report.encode_ms.p99:.2f} ms")
    typer.echo(f"batch     {report.batch_per_s:.0f} texts a second")
    typer.echo(f"start     {report.cold_start_s:.2f} s to the first reply of a new process")
    typer.echo(f"memory    {report.rss_mb:.0f} MB resident at most")
