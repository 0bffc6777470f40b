"""``baowen kb``: check, search, edit and publish the knowledge base."""

from __future__ import annotations

import typer

from api.cli.knowledge import files, laws, replay, search, validate

app = typer.Typer(help="Check, search and export the knowledge base.", no_args_is_help=True)
app.command("validate")(validate.validate)
app.command("search")(search.search)
app.command("export")(files.export)
app.command("replay")(replay.replay_command)
app.command("impact")(laws.impact)
app.add_typer(laws.app, name="law")
