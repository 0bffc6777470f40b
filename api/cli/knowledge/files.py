"""``baowen kb export``: entries as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import tell_update
from api.services import load_entries, open_database
from knowledge_base.editing.formats import write_entries
from knowledge_base.settings import Home


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write: .yaml, .jsonl, .csv or .xlsx.")],
) -> None:
    """Write all published entries to a file."""
    settings = context.obj.settings
    entries, update = load_entries(open_database(settings, Home.open(settings.home)))
    tell_update(update)
    write_entries(entries, file)
    typer.echo(f"{len(entries)} entries written to {file}.")
