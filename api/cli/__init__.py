"""The ``baowen`` command: thin wrappers over plain functions."""

from __future__ import annotations

import io
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from api.cli.closing import close_databases_with
from api.cli.context import CliContext, configure_logging
from api.cli.lazy import LazyGroup
from knowledge_base.errors import BaowenError, StorageError
from knowledge_base.settings import read_settings

app = typer.Typer(
    name="baowen",
    cls=LazyGroup,
    help="Chinese insurance FAQ assistant and intent router: vetted answers, or a person.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"baowen {version('baowen')}")
        raise typer.Exit


@app.callback()
def _prepare(
    context: typer.Context,
    home_folder: Annotated[
        Path | None, typer.Option("--home", help="Folder everything is written to (or BAOWEN_HOME).")
    ] = None,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    configure_logging()
    close_databases_with(context)
    context.obj = CliContext(read_settings(home_folder))


def main() -> None:
    """Run the command line; a known error is one line on stderr and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Chinese shows codes, not a traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except BaowenError as error:
        _print_error(error)
        sys.exit(2)
    except OSError as error:  # a full disk, a folder without rights
        place = f" {str(error.filename)!r}" if error.filename else ""
        problem = error.strerror or type(error).__name__
        _print_error(StorageError(f"Reading or writing{place} failed ({problem}). Check space and rights."))
        sys.exit(2)


def _print_error(error: BaowenError) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"error: {error.message}", markup=False)
    for fault in error.detail:
        console.print(f"  {fault}", markup=False)
