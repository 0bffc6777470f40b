"""``baowen release``: sign what was measured and approved, and verify what is served."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_config_path

from api.releasing import require_released, require_report, sign_release
from api.services import Services
from evaluation.release import make_key
from knowledge_base.errors import InvalidInputError

app = typer.Typer(help="Sign bundle, entries and thresholds; verify that they are what is served.")

_KEY = user_config_path("baowen", appauthor=False) / "release.key"


@app.command("key")
def key(
    path: Annotated[
        Path, typer.Argument(help="Where the private key goes; never into the home folder.")
    ] = _KEY,
) -> None:
    """Make a private key (mode 0600) and print its public key for BAOWEN_RELEASE_KEY."""
    public = make_key(path)
    typer.echo(f"private key: {path} (keep it off the servers)\nBAOWEN_RELEASE_KEY={public}")


@app.command("sign")
def sign(
    context: typer.Context,
    key_file: Annotated[Path, typer.Option("--key", help="The private key.")] = _KEY,
    report: Annotated[
        Path | None, typer.Option(help="Folder of 'evaluate --output' that the release was approved by.")
    ] = None,
    note: Annotated[str, typer.Option(help="Why, for whoever reads the manifest.")] = "",
    actor: Annotated[str, typer.Option(help="Who signs; else BAOWEN_ACTOR or the system's user.")] = "",
) -> None:
    """Sign the newest published entries with the bundle and thresholds in use."""
    deed = context.obj.deed(actor, note)
    services: Services = context.obj.open()
    path = sign_release(services, key_file, report, deed.actor, note, deed.at)
    typer.echo(f"signed: {path}")


@app.command("verify")
def verify(
    context: typer.Context,
    public: Annotated[str, typer.Option("--public", help="The public key; else BAOWEN_RELEASE_KEY.")] = "",
    report: Annotated[
        Path | None, typer.Option(help="Also verify that this report is the one it was approved by.")
    ] = None,
) -> None:
    """Verify that bundle, entries and thresholds are those of a signed release."""
    settings = context.obj.settings
    if public:
        settings = settings.model_copy(update={"release_key": public})
    if not settings.release_key:
        raise InvalidInputError(
            "There is no public key to verify with: set BAOWEN_RELEASE_KEY or give --public."
        )
    manifest = require_released(type(context.obj)(settings).open())
    if manifest is None:  # a key is set, so a release was required
        raise AssertionError
    if report:
        require_report(manifest, report)
    when = dt.datetime.fromisoformat(manifest.signed_at)
    said = f"{manifest.name}: signed by {manifest.signed_by} on {when:%Y-%m-%d %H:%M} UTC. {manifest.note}"
    typer.echo(said.strip())
