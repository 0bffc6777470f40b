"""``baowen home``: where everything is kept."""

from __future__ import annotations

import typer

from knowledge_base.settings import Home


def home(context: typer.Context) -> None:
    """Print the home folder and what is in it."""
    folder = Home.open(context.obj.settings.home)
    typer.echo(str(folder.root))
    parts = {
        "database": folder.database,
        "index cache": folder.index_cache,
        "dictionary cache": folder.dictionary_cache,
        "bundles": folder.bundles,
        "certificates": folder.certificates,
    }
    for name, path in parts.items():
        state = "" if path.exists() else "  (not yet there)"
        typer.echo(f"  {name:<17} {path}{state}")
