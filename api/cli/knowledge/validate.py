"""``baowen kb validate``: all checks of a set of entries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from api.cli.context import busy, console
from api.laws import known_laws
from api.services import Retrieval, open_database, open_own_content, open_retrieval
from api.validation import Validation, retrieval_bounds, validate_entries, validation_to_dict
from knowledge_base.editing.formats import read_entries
from knowledge_base.editing.rules import Rules, shipped_rules
from knowledge_base.editing.shipping import SHIPPED
from knowledge_base.errors import ContentError
from knowledge_base.settings import Home, Settings
from knowledge_base.types import Entry

_SHOWN = 50


def validate(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="File or folder of entries; without it, the shipped content.")
    ] = None,
    search: Annotated[
        bool, typer.Option(help="Ask every question, to find collisions and measure retrieval.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: figures and every finding.")] = False,
) -> None:
    """Check entries: fields, legal basis, wording, personal data, relations, variants, collisions."""
    settings: Settings = context.obj.settings
    entries = read_entries(file) if file else SHIPPED.entries()
    home = Home.open(settings.home)
    database = open_database(settings, home)
    own = open_own_content(settings, home, database)
    retrieval = open_retrieval(settings, own)
    rules = shipped_rules(own.company, laws=known_laws(database), forbidden=own.wordings)
    validation = _with_search(entries, rules, retrieval) if search else validate_entries(entries, rules)
    if as_json:
        typer.echo(json.dumps(validation_to_dict(validation), ensure_ascii=False, indent=2))
    else:
        _print(validation)
    if validation.errors:
        lines = tuple(str(finding) for finding in validation.errors)
        raise ContentError(f"{len(lines)} errors in {len(entries)} entries.", lines)


def _with_search(entries: tuple[Entry, ...], rules: Rules, retrieval: Retrieval) -> Validation:
    with busy(f"Checking and indexing {len(entries)} entries"):
        index = retrieval.index(entries) if any(e.kind == "answer" for e in entries) else None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    notes = console()
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as bar:
        task = bar.add_task("Asking every question", total=None)
        return validate_entries(
            entries,
            rules,
            (lambda _: index) if index else None,
            retrieval.tokenizer,
            retrieval_bounds(retrieval.settings),
            lambda done, total: bar.update(task, completed=done, total=total),
        )


def _print(validation: Validation) -> None:
    for warning in validation.warnings[:_SHOWN]:
        typer.echo(str(warning))
    if len(validation.warnings) > _SHOWN:
        typer.echo(f"... and {len(validation.warnings) - _SHOWN} more warnings (--json lists all)")
    names = {
        "self_retrieval": "find their own entry as they are",
        "left_out_hit_at_1": "find it first when left out of the index",
        "left_out_hit_at_3": "find it among the first three then",
    }
    for name, metric in validation.figures.items():
        if metric.value is not None:
            interval = f"{metric.low:.1%} to {metric.high:.1%}"
            typer.echo(f"{metric.value:.1%} ({interval}) of {metric.n} questions {names[name]}")
    if validation.retrieval:
        typer.echo(f"{len(validation.retrieval.collisions)} collisions")
    counts = f"{validation.entries} entries with {validation.questions} questions"
    errors = f"{len(validation.errors)} errors" if validation.errors else "no error"
    typer.echo(f"{counts}: {errors}, {len(validation.warnings)} warnings.")
