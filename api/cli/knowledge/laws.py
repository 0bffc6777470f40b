"""``baowen kb impact`` and ``baowen kb law``: what rests on a law, and what its change takes away."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.laws import known_laws, published, replace_law
from knowledge_base.database import Database
from knowledge_base.editing.impact import Resting, article_number, ids_of, resting_on
from knowledge_base.editing.law_changes import replacements
from knowledge_base.editing.publishing import PublishRules
from knowledge_base.errors import InvalidInputError
from knowledge_base.laws import Replacement

app = typer.Typer(help="Versions of laws, and their replacement.", no_args_is_help=True)


def impact(
    context: typer.Context,
    law: Annotated[str, typer.Argument(help="Short or full name of a law, such as 保险法.")],
    article: Annotated[str, typer.Argument(help="Number of an article, such as 23; without it, any.")] = "",
    version: Annotated[str, typer.Option("--version", help="Only this version of the law.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the published entries that rest on a law or one article of it."""
    database: Database = context.obj.open_content()
    law_id = known_laws(database).require(law)
    number = article_number(article) if article else ""
    _print(resting_on(published(database), law_id, number, version), as_json)


@app.command("replace")
def replace(
    context: typer.Context,
    law: Annotated[str, typer.Argument(help="Short or full name of the law.")],
    version: Annotated[str, typer.Argument(help="The version that is replaced.")],
    by: Annotated[str, typer.Option("--by", help="The version that follows it.")],
    since: Annotated[str, typer.Option("--from", help="First day of the new version, YYYY-MM-DD.")],
    reason: Annotated[str, typer.Option(help="Why, for the history.")] = "",
    actor: Annotated[str, typer.Option(help="Who; default: BAOWEN_ACTOR, the system's user.")] = "",
    force: Annotated[bool, typer.Option(help="Also where a large share of the entries goes.")] = False,
) -> None:
    """Mark a version as replaced: what rests on it is not served until it was reviewed."""
    database: Database = context.obj.open_content()
    laws = known_laws(database)
    replacement = Replacement(laws.require(law), version, by, _day(since))
    said = reason or f"{replacement.law} {version} is replaced by {by} from {replacement.since}"
    deed = context.obj.deed(actor, said)
    rules = PublishRules(vanishing_share=context.obj.settings.vanishing_share, force=force)
    change = replace_law(database, replacement, deed, rules, dt.date.today())
    ids = ", ".join(ids_of(change.resting)) or "none"
    if change.snapshot:
        number = change.snapshot.snapshot.number
        typer.echo(f"Snapshot {number}: {len(change.resting)} entries are suspended until reviewed: {ids}.")
    elif replacement.since > dt.date.today():
        typer.echo(f"Recorded. From {replacement.since} on these entries are suspended: {ids}.")
    else:
        typer.echo("Recorded. No published entry rests on this version.")


@app.command("list")
def list_replacements(context: typer.Context) -> None:
    """List the replacements recorded here."""
    with context.obj.open_content().reading() as session:
        recorded = replacements(session)
    for one in recorded:
        typer.echo(f"{one.law} {one.version}: replaced by {one.by} from {one.since}")
    if not recorded:
        typer.echo("No version of a law was marked as replaced here.")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidInputError(f"{text!r} is no day; write it as YYYY-MM-DD.") from None


def _print(resting: Sequence[Resting], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps([_row(one) for one in resting], ensure_ascii=False))
        return
    table = Table("entry", "question", "rests on", "version")
    for one in resting:
        versions = ", ".join(dict.fromkeys(basis.version for basis in one.bases))
        table.add_row(one.entry.id, escape(one.entry.question), "，".join(map(str, one.bases)), versions)
    if resting:
        Console().print(table)
    typer.echo(f"{len(resting)} published entries rest on it.")


def _row(one: Resting) -> dict[str, Any]:
    bases = [{"text": str(basis), "version": basis.version} for basis in one.bases]
    return {"entry_id": one.entry.id, "question": one.entry.question, "bases": bases}
