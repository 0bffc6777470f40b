"""``baowen serve``: the web service."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.cli.context import console


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to bind to.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to bind to.")] = None,
) -> None:
    """Serve the chat page and the HTTP API."""
    settings = context.obj.settings
    services = context.obj.open()
    host, port = host or settings.host, port or settings.port
    console().print(f"Baowen answers on http://{host}:{port} (stop with Ctrl+C)", markup=False)
    uvicorn.run(create_app(services), host=host, port=port, log_level="warning", server_header=False)
