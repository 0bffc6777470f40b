"""``baowen user``: people's accounts."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.accounts.passwords import HashedPassword, choose_password
from api.accounts.roles import Role, permissions_of
from api.accounts.types import User
from api.accounts.users import UserDetails, add_user, change_user, find_user, list_users, set_password
from knowledge_base.database import Database
from knowledge_base.errors import InvalidInputError

Name = Annotated[str, typer.Argument(help="Sign-in name.")]
DisplayName = Annotated[
    str | None, typer.Option("--display-name", help="What colleagues and customers read.")
]
Roles = Annotated[
    list[Role] | None, typer.Option("--role", help="May be given several times; all of them replace.")
]
Queues = Annotated[
    list[str] | None, typer.Option("--queue", help="Whose tickets; may be given several times.")
]
Level = Annotated[
    int | None, typer.Option(min=1, max=3, help="1 first line, 2 specialist, 3 senior.", show_default=False)
]
Capacity = Annotated[
    int | None, typer.Option(min=1, max=50, help="Conversations at once.", show_default=False)
]


def add(
    context: typer.Context,
    name: Name,
    role: Roles = None,
    display_name: DisplayName = None,
    queue: Queues = None,
    level: Level = None,
    capacity: Capacity = None,
) -> None:
    """Make an account; the password is asked, or read from a line of standard input."""
    details = UserDetails(display_name, role, queue, level, capacity)
    chosen = _ask_password(name, display_name or "")
    database: Database = context.obj.open_accounts()
    with database.transaction() as session:
        user = add_user(session, name, chosen, details, context.obj.account_deed())
    typer.echo(f"{user.name!r} may sign in now ({_roles(user) or 'no role'}).")


def list_all(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List all accounts, the disabled ones last."""
    database: Database = context.obj.open_accounts()
    with database.reading() as session:
        found = list_users(session)
    if as_json:
        typer.echo(json.dumps([_row(user) for user in found], ensure_ascii=False, indent=2))
        return
    table = Table("name", "shown as", "roles", "queues", "level", "state")
    for user in found:
        texts = (user.name, user.display_name, _roles(user), ", ".join(sorted(user.queues)))
        table.add_row(*map(escape, texts), str(user.level), "disabled" if user.disabled else "")
    Console().print(table)


def change(
    context: typer.Context,
    name: Name,
    role: Roles = None,
    display_name: DisplayName = None,
    queue: Queues = None,
    level: Level = None,
    capacity: Capacity = None,
) -> None:
    """Change what is given of an account; the rest stays."""
    user = _changed(context, name, UserDetails(display_name, role or None, queue or None, level, capacity))
    typer.echo(f"{user.name!r} is changed ({_roles(user) or 'no role'}).")


def disable(context: typer.Context, name: Name) -> None:
    """Lock an account and sign the person out everywhere; history keeps the name."""
    user = _changed(context, name, UserDetails(disabled=True))
    typer.echo(f"{user.name!r} is disabled and signed out.")


def enable(context: typer.Context, name: Name) -> None:
    """Unlock an account."""
    typer.echo(f"{_changed(context, name, UserDetails(disabled=False)).name!r} may sign in again.")


def password(context: typer.Context, name: Name) -> None:
    """Give an account another password and sign the person out everywhere."""
    database: Database = context.obj.open_accounts()
    with database.reading() as session:
        user = find_user(session, name)
    chosen = _ask_password(user.name, user.display_name)
    with database.transaction() as session:
        set_password(session, user.id, chosen, context.obj.account_deed())
    typer.echo(f"{user.name!r} has another password.")


def _changed(context: typer.Context, name: str, details: UserDetails) -> User:
    database: Database = context.obj.open_accounts()
    with database.transaction() as session:
        user = find_user(session, name)
        return change_user(session, user.id, details, context.obj.account_deed())


def _ask_password(*known: str) -> HashedPassword:
    if sys.stdin.isatty():
        return choose_password(typer.prompt("Password", hide_input=True, confirmation_prompt=True), *known)
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise InvalidInputError("No password came on standard input. Write it there as one line.")
    return choose_password(line, *known)


def _roles(user: User) -> str:
    return ", ".join(sorted(user.roles))


def _row(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "name": user.name,
        "display_name": user.display_name,
        "roles": sorted(user.roles),
        "permissions": sorted(permissions_of(user.roles)),
        "queues": sorted(user.queues),
        "level": user.level,
        "capacity": user.capacity,
        "external": user.external,
        "disabled": user.disabled,
        "created_at": user.created_at.isoformat(),
    }
