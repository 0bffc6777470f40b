"""``baowen key``: API keys of machines."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.accounts.keys import add_key, list_keys, revoke_key
from api.accounts.roles import Permission
from api.accounts.types import ApiKey
from api.cli.context import console
from knowledge_base.database import Database


def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What uses the key.")],
    scope: Annotated[list[Permission], typer.Option(help="What it may do; may be given several times.")],
) -> None:
    """Make a key and print it, this once; it is kept as a hash only."""
    database: Database = context.obj.open_accounts()
    with database.transaction() as session:
        secret, key = add_key(session, name, scope, context.obj.account_deed())
    typer.echo(secret)
    console().print(f"Key {key.id} is made. It is not shown again.", markup=False)


def list_all(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List all keys, the newest first, revoked ones too."""
    database: Database = context.obj.open_accounts()
    with database.reading() as session:
        found = list_keys(session)
    if as_json:
        typer.echo(json.dumps([_row(key) for key in found], ensure_ascii=False, indent=2))
        return
    table = Table("id", "name", "begins", "scopes", "made", "last used", "revoked")
    for key in found:
        moments = map(_day, (key.created_at, key.last_used_at, key.revoked_at))
        table.add_row(key.id, escape(key.name), key.prefix, ", ".join(sorted(key.scopes)), *moments)
    Console().print(table)


def revoke(
    context: typer.Context, key_id: Annotated[str, typer.Argument(metavar="ID", help="See: baowen key list.")]
) -> None:
    """Let a key open nothing from now on."""
    database: Database = context.obj.open_accounts()
    with database.transaction() as session:
        key = revoke_key(session, key_id, context.obj.account_deed())
    typer.echo(f"Key {key.name!r} is revoked.")


def _day(moment: dt.datetime | None) -> str:
    return moment.strftime("%Y-%m-%d") if moment else ""


def _row(key: ApiKey) -> dict[str, object]:
    moments = {name: getattr(key, name) for name in ("created_at", "last_used_at", "revoked_at")}
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": sorted(key.scopes),
        "created_by": key.created_by,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }
