"""``baowen kb submit|return|retire|diff|history``: work on drafts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from knowledge_base.database import Database
from knowledge_base.editing.comparison import Difference, compare_drafts, compare_snapshots
from knowledge_base.editing.diffs import FieldDiff
from knowledge_base.editing.drafts import save_edits, send_back
from knowledge_base.editing.drafts import submit as submit_drafts
from knowledge_base.editing.history import entry_history
from knowledge_base.editing.repository import find_entry, newest_number
from knowledge_base.editing.types import Change, Edit
from knowledge_base.errors import InvalidInputError

Ids = Annotated[list[str], typer.Argument(help="Ids of entries.")]
Actor = Annotated[str, typer.Option(help="Who; default: BAOWEN_ACTOR, the system's user.")]
Reason = Annotated[str, typer.Option(help="Why, for the history.")]


def submit(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of drafts; without them, all.")] = None,
    actor: Actor = "",
    reason: Reason = "",
) -> None:
    """Hand drafts to review."""
    database: Database = context.obj.open_content()
    with database.transaction() as session:
        submitted = submit_drafts(session, ids or None, context.obj.deed(actor, reason))
    if submitted:
        typer.echo(f"{len(submitted)} entries are in review. Someone else publishes them: baowen kb publish.")
    else:
        typer.echo("There is no draft.")


def send_back_command(context: typer.Context, ids: Ids, actor: Actor = "", reason: Reason = "") -> None:
    """Give entries in review back to be worked on."""
    database: Database = context.obj.open_content()
    with database.transaction() as session:
        returned = send_back(session, ids, context.obj.deed(actor, reason))
    typer.echo(f"{len(returned)} entries are drafts again.")


def retire(context: typer.Context, ids: Ids, actor: Actor = "", reason: Reason = "") -> None:
    """Draft the removal of entries; submit and publish it like any other change."""
    database: Database = context.obj.open_content()
    with database.transaction() as session:
        found = {entry_id: find_entry(session, entry_id) for entry_id in ids}
        unknown = tuple(entry_id for entry_id, entry in found.items() if entry is None)
        if unknown:
            raise InvalidInputError(f"There is no entry {unknown[0]!r}; nothing was done.", unknown)
        edits = [Edit(replace(e, status="retired"), e.revision) for e in found.values() if e]
        saved = save_edits(session, edits, context.obj.deed(actor, reason))
    typer.echo(f"{len(saved.changed)} removals drafted. Next: baowen kb submit.")


def diff(
    context: typer.Context,
    older: Annotated[int | None, typer.Argument(help="A snapshot; without it, drafts.")] = None,
    newer: Annotated[int | None, typer.Argument(help="Another one; without it, the newest.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what drafts would change of what is published, or what two snapshots differ in."""
    database: Database = context.obj.open_content()
    with database.reading() as session:
        if older is None:
            found = compare_drafts(session)
        else:
            found = compare_snapshots(session, older, newer or newest_number(session))
    _print_differences(found, as_json)


def _print_differences(found: Sequence[Difference], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([one.to_dict() for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        typer.echo("\n".join(one.lines()))
    typer.echo(f"{len(found)} entries differ." if found else "Nothing differs.")


def history(
    context: typer.Context,
    entry_id: Annotated[str, typer.Argument(help="Id of an entry.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show all that was done to an entry: by whom, when, why, and what changed."""
    database: Database = context.obj.open_content()
    with database.reading() as session:
        changes, entry = entry_history(session, entry_id), find_entry(session, entry_id)
    if entry is None:
        raise InvalidInputError(f"There is no entry {entry_id!r}. See the ids with: baowen kb export.")
    if as_json:
        typer.echo(json.dumps([_change_row(change) for change in changes], ensure_ascii=False, indent=2))
        return
    for change in changes:
        _print_change(change)
    typer.echo(f"{entry_id} stands at revision {entry.revision}: {entry.status.replace('_', ' ')}.")


def _print_change(change: Change) -> None:
    at = change.changed_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    published = f" in snapshot {change.snapshot}" if change.snapshot else ""
    why = f": {change.reason}" if change.reason else ""
    action = change.action.replace("_", " ")
    typer.echo(f"{at}  revision {change.revision} {action}{published} by {change.actor}{why}")
    for field in change.diff:
        typer.echo("\n".join(f"    {line}" for line in FieldDiff(**field).lines()))


def _change_row(change: Change) -> dict[str, object]:
    return {
        "revision": change.revision,
        "action": change.action,
        "actor": change.actor,
        "at": change.changed_at.isoformat(),
        "reason": change.reason,
        "snapshot": change.snapshot,
        "diff": list(change.diff),
    }
