"""``baowen kb export`` and ``kb import``: entries as files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import CliContext, console
from api.cli.knowledge.intents import with_intents
from api.laws import known_laws
from api.services import open_own_content
from knowledge_base.database import Database
from knowledge_base.editing.checks.content import content_check
from knowledge_base.editing.drafts import submit
from knowledge_base.editing.entry_rows import UNKNOWN_INTENT
from knowledge_base.editing.formats import LocatedEntry, UnreadableRowsError, read_located, write_entries
from knowledge_base.editing.importing import import_entries, with_ids
from knowledge_base.editing.repository import head_entries, newest_number, snapshot_entries
from knowledge_base.editing.rules import shipped_rules
from knowledge_base.editing.types import PublishCheck, Saved
from knowledge_base.errors import InvalidInputError
from knowledge_base.settings import Home, Settings

_SHOWN = 20


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write: .yaml, .jsonl, .csv or .xlsx.")],
    snapshot: Annotated[int | None, typer.Option(min=1, help="This snapshot instead of the newest.")] = None,
    drafts: Annotated[bool, typer.Option("--drafts", help="The drafts and what is in review only.")] = False,
) -> None:
    """Write all published entries to a file."""
    database: Database = context.obj.open_content()
    if drafts and snapshot:
        raise InvalidInputError("Give --drafts or --snapshot, not both.")
    with database.reading() as session:
        if drafts:
            entries = head_entries(session, ["draft", "in_review"])
        else:
            entries = snapshot_entries(session, snapshot or newest_number(session))
    if not entries:
        raise InvalidInputError("There is nothing to export. See: baowen kb snapshots.")
    write_entries(entries, file)
    typer.echo(f"{len(entries)} entries written to {file}.")


def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Entries: .yaml, .jsonl, .csv, .xlsx, or a folder.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and count, but change nothing.")] = False,
    submit_too: Annotated[bool, typer.Option("--submit", help="Hand the drafts to review at once.")] = False,
    actor: Annotated[str, typer.Option(help="Who; default: BAOWEN_ACTOR, the system's user.")] = "",
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
) -> None:
    """Save the entries of a file as drafts; where one row is bad, nothing is changed."""
    rows, unreadable = _read(file)
    deed = context.obj.deed(actor, reason or f"imported from {file.name}")
    database: Database = context.obj.open_content()
    rows = with_ids(_with_intents(context.obj, rows))
    checks = [_content_check(context.obj.settings, database)]
    today = dt.date.today()
    done = import_entries(database, rows, deed, checks, today, unreadable=unreadable, dry_run=dry_run)
    _tell_warnings(done.warnings)
    changed = (*done.saved.new, *done.saved.changed)
    if submit_too and changed and not dry_run:
        with database.transaction() as session:
            submit(session, changed, deed)
    typer.echo(_summary(done.saved, dry_run=dry_run, submitted=submit_too))


def _read(file: Path) -> tuple[tuple[LocatedEntry, ...], tuple[str, ...]]:
    """Return the rows that are entries, and what is wrong with the others."""
    try:
        return read_located(file), ()
    except UnreadableRowsError as error:
        return error.readable, error.detail


def _with_intents(context: CliContext, rows: Sequence[LocatedEntry]) -> tuple[LocatedEntry, ...]:
    """Predict the intents that a file does not name; the model is loaded for that alone."""
    if all(row.entry.intent != UNKNOWN_INTENT for row in rows):
        return tuple(rows)
    entries = with_intents(tuple(row.entry for row in rows), context.open())
    return tuple(replace(row, entry=entry) for row, entry in zip(rows, entries, strict=True))


def _content_check(settings: Settings, database: Database) -> PublishCheck:
    own = open_own_content(settings, Home.open(settings.home), database)
    return content_check(shipped_rules(own.company, laws=known_laws(database), forbidden=own.wordings))


def _tell_warnings(warnings: Sequence[str]) -> None:
    notes = console()
    for warning in warnings[:_SHOWN]:
        notes.print(f"warning: {warning}", markup=False, soft_wrap=True)
    if len(warnings) > _SHOWN:
        notes.print(f"... and {len(warnings) - _SHOWN} more warnings")


def _summary(saved: Saved, *, dry_run: bool, submitted: bool) -> str:
    counts = f"{len(saved.new)} new, {len(saved.changed)} changed, {len(saved.unchanged)} unchanged"
    if dry_run:
        return f"{counts}; nothing was saved (--dry-run)."
    if not (saved.new or saved.changed):
        return f"{counts}; nothing to do."
    following = "They are in review." if submitted else "Next: baowen kb diff, baowen kb submit."
    return f"{counts}: saved as drafts. {following}"
