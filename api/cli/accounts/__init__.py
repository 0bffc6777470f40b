"""``baowen user`` and ``baowen key``: who may do what."""

from __future__ import annotations

import typer

from api.cli.accounts import keys, users

user_app = typer.Typer(help="Make and change people's accounts.", no_args_is_help=True)
user_app.command("add")(users.add)
user_app.command("list")(users.list_all)
user_app.command("change")(users.change)
user_app.command("disable")(users.disable)
user_app.command("enable")(users.enable)
user_app.command("password")(users.password)

key_app = typer.Typer(help="Make and revoke API keys of machines.", no_args_is_help=True)
key_app.command("add")(keys.add)
key_app.command("list")(keys.list_all)
key_app.command("revoke")(keys.revoke)
