"""``baowen kb``: check, search, edit and publish the knowledge base."""

from __future__ import annotations

import typer

from api.cli.knowledge import drafts, files, laws, publishing, replay, search, validate

app = typer.Typer(help="Check, search, edit and publish the knowledge base.", no_args_is_help=True)
app.command("validate")(validate.validate)
app.command("search")(search.search)
app.command("export")(files.export)
app.command("import")(files.import_file)
app.command("diff")(drafts.diff)
app.command("submit")(drafts.submit)
app.command("return")(drafts.send_back_command)
app.command("retire")(drafts.retire)
app.command("publish")(publishing.publish)
app.command("rollback")(publishing.rollback)
app.command("snapshots")(publishing.snapshots)
app.command("history")(drafts.history)
app.command("replay")(replay.replay_command)
app.command("impact")(laws.impact)
app.add_typer(laws.app, name="law")
