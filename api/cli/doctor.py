"""``baowen doctor``: is this installation sound?"""

from __future__ import annotations

import typer
from rich.console import Console
from rich.markup import escape

from api.cli.context import busy
from api.diagnosis import diagnose

_COLOURS = {"ok": "green", "warning": "yellow", "fault": "red"}


def doctor(context: typer.Context) -> None:
    """Check the installation; exit code 1 where a part is faulty."""
    out = Console(highlight=False)
    faulty = False
    with busy("Checking"):
        found = list(diagnose(context.obj.settings))
    for one in found:
        faulty = faulty or one.state == "fault"
        mark = f"[{_COLOURS[one.state]}]{one.state:<8}[/]"
        out.print(f"{mark} {one.part:<12} {escape(one.message)}", soft_wrap=True)
    if faulty:
        raise typer.Exit(1)
