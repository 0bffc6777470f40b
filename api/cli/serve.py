"""``baowen serve``: the web service."""

from __future__ import annotations

import datetime as dt
import sys
from types import FrameType
from typing import Annotated

import typer
import uvicorn

from api.accounts.setup import make_setup_link
from api.app import create_app
from api.cli.context import console
from api.lasting_memory import settle_memory
from api.realtime.broker import Broker
from api.security.settings import SecuritySettings
from knowledge_base.database import Database
from knowledge_base.settings import from_environment

_GRACE_SECONDS = 10
"""Requests that are under way when the server is told to end have so long."""

_SWITCH_SECONDS = 0.0005
"""How long one thread may keep the interpreter: with Python's 5 ms a reply that is ready waits
behind the whole reading of the next message."""

_EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - what to show for it


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Address to bind to.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to bind to.")] = None,
) -> None:
    """Serve the chat page and the HTTP API."""
    settings, security = context.obj.settings, from_environment(SecuritySettings)
    services = context.obj.open()
    host, port = host or settings.host, port or settings.port
    app = create_app(services, security)
    console().print(f"Baowen answers on http://{host}:{port} (stop with Ctrl+C)", markup=False)
    address = str(security.public_url or f"http://{_EVERY_ADDRESS.get(host, host)}:{port}").rstrip("/")
    _tell_setup_link(services.database, address)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    settle_memory()
    sys.setswitchinterval(_SWITCH_SECONDS)
    _Server(config, app.state.desk.broker).run()


class _Server(uvicorn.Server):
    """Ends event streams when it is told to end: it would wait for them for ever."""

    def __init__(self, config: uvicorn.Config, broker: Broker) -> None:
        super().__init__(config)
        self._broker = broker

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Let open pages go, then end as usual."""
        self._broker.close()
        super().handle_exit(sig, frame)


def _tell_setup_link(database: Database, address: str) -> None:
    """Print the way to the first account, where there is none."""
    with database.transaction() as session:
        token = make_setup_link(session, dt.datetime.now(dt.UTC))
    if token:
        # Behind the # it is sent to no server and stands in no log.
        console().print(
            f"There is no account yet. Make the first one within an hour: {address}/setup#{token}",
            markup=False,
            soft_wrap=True,
        )
