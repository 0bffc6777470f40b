"""``baowen kb publish|rollback|snapshots``: published states."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.accounts.audit import note
from api.cli.context import busy, console
from api.cli.knowledge.drafts import Actor, Reason
from api.publish_checks import publish_rules
from api.services import Services
from knowledge_base.database import Database
from knowledge_base.editing import scheduling
from knowledge_base.editing.publishing import (
    Plan,
    Published,
    PublishRules,
    check_plan,
    plan_publish,
)
from knowledge_base.editing.publishing import publish as publish_now
from knowledge_base.editing.publishing import rollback as roll_back
from knowledge_base.editing.repository import list_snapshots
from knowledge_base.editing.types import Deed, PublishFinding, SnapshotInfo
from knowledge_base.errors import InvalidInputError

_SHOWN = 20
Force = Annotated[bool, typer.Option("--force", help="Even if checks find errors, or many entries vanish.")]


def publish(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Ids in review; without them, all.")] = None,
    at: Annotated[str, typer.Option("--at", help="On a day to come, YYYY-MM-DD.")] = "",
    actor: Actor = "",
    reason: Reason = "",
    force: Force = False,
    cancel: Annotated[int | None, typer.Option(help="Call this scheduled publish off.")] = None,
) -> None:
    """Check what is in review and publish it as the next snapshot; running servers take it over."""
    deed = context.obj.deed(actor, reason)
    if cancel is not None:
        _cancel(context.obj.open_content(), cancel, deed)
        return
    day = _day_to_come(at) if at else None
    services: Services = context.obj.open()
    rules = publish_rules(services, force=force)
    if day:
        _schedule(services.database, ids or None, day, deed, rules)
        return
    with busy("Checking and publishing"):
        done = publish_now(services.database, ids or None, deed, rules, dt.date.today())
    _note_published(services.database, done, deed, "knowledge.published")
    _tell(done)


def _day_to_come(text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError(f"{text!r} is no day; write it as YYYY-MM-DD.") from None
    if day <= dt.date.today():
        raise InvalidInputError(f"{text} is no day to come. Publish at once by leaving --at out.")
    return day


def _schedule(
    database: Database, ids: Sequence[str] | None, day: dt.date, deed: Deed, rules: PublishRules
) -> None:
    with database.reading() as session:
        plan = plan_publish(session, ids, deed.actor, rules, day)
    with busy("Checking"):
        warnings = check_plan(plan, rules)
    with database.transaction() as session:
        number = scheduling.schedule(session, plan, day, deed, forced=rules.force)
        detail = {"due": day.isoformat(), "entries": len(plan.members), "reason": deed.reason}
        note(session, f"cli:{deed.actor}", "knowledge.scheduled", f"scheduled:{number}", detail)
    _tell_warnings(warnings)
    _tell_left_out(plan)
    typer.echo(
        f"{len(plan.members)} entries will be published on {day}, by the first process that runs then. "
        f"Call it off with: baowen kb publish --cancel {number}."
    )


def _cancel(database: Database, number: int, deed: Deed) -> None:
    with database.transaction() as session:
        scheduling.cancel(session, number, deed)
        note(session, f"cli:{deed.actor}", "knowledge.called_off", f"scheduled:{number}")
    typer.echo(f"Scheduled publish {number} is called off; its entries stay in review.")


def rollback(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help="A snapshot; see: baowen kb snapshots.")],
    actor: Actor = "",
    reason: Reason = "",
    force: Force = False,
) -> None:
    """Publish an older snapshot anew; what was newer becomes drafts."""
    services: Services = context.obj.open()
    deed = context.obj.deed(actor, reason or f"back to snapshot {number}")
    with busy("Checking and publishing"):
        done = roll_back(
            services.database, number, deed, publish_rules(services, force=force), dt.date.today()
        )
    _note_published(services.database, done, deed, "knowledge.rolled_back")
    _tell(done)


def _note_published(database: Database, done: Published, deed: Deed, action: str) -> None:
    """Note in the audit log, beside the snapshot's own history, that a state was published."""
    detail = {"entries": len(done.plan.members), "reason": deed.reason}
    with database.transaction() as session:
        note(session, f"cli:{deed.actor}", action, f"snapshot:{done.snapshot.number}", detail)


def _tell(done: Published) -> None:
    _tell_warnings(done.warnings)
    _tell_left_out(done.plan)
    gone = sum(revision is None for revision in done.plan.members.values())
    changed = len(done.plan.members) - gone
    typer.echo(
        f"Snapshot {done.snapshot.number} is published: {changed} entries new or changed, {gone} taken away, "
        f"{done.snapshot.entry_count} in all."
    )


def _tell_left_out(plan: Plan) -> None:
    if plan.left_out:
        console().print(
            f"{len(plan.left_out)} entries stay in review, since you wrote them: "
            f"{', '.join(plan.left_out[:_SHOWN])}",
            markup=False,
            soft_wrap=True,
        )


def _tell_warnings(warnings: Sequence[PublishFinding]) -> None:
    notes = console()
    for warning in warnings[:_SHOWN]:
        notes.print(str(warning), markup=False, soft_wrap=True)
    if len(warnings) > _SHOWN:
        notes.print(f"... and {len(warnings) - _SHOWN} more warnings")


def snapshots(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the published states, the newest first, and what is scheduled."""
    database: Database = context.obj.open_content()
    with database.reading() as session:
        found = list_snapshots(session)
        waiting = scheduling.list_scheduled(session, "waiting", "failed")
    if as_json:
        typer.echo(json.dumps([_row(info) for info in found], ensure_ascii=False, indent=2))
        return
    table = Table("snapshot", "published", "by", "entries", "hash", "why")
    for info in found:
        texts = (info.actor, str(info.entry_count), info.content_hash[:12], info.reason)
        at = info.created_at.strftime("%Y-%m-%d %H:%M UTC")
        table.add_row(str(info.number), at, *map(escape, texts))
    Console().print(table)
    for one in waiting:
        outcome = f" ({one.outcome})" if one.outcome else ""
        typer.echo(
            f"scheduled {one.id}: {len(one.revisions)} entries on {one.due} by {one.actor}, "
            f"{one.state}{outcome}"
        )


def _row(info: SnapshotInfo) -> dict[str, object]:
    return {**asdict(info), "created_at": info.created_at.isoformat()}
