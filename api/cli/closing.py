"""Closes what a command opened."""

from __future__ import annotations

import typer
from sqlalchemy import Connection, Engine, event


def close_databases_with(context: typer.Context) -> None:
    """Close the connections of every database that is used until ``context`` ends, however it ends.

    Else a PostgreSQL server would have to notice by itself that the process is gone.
    """
    used: set[Engine] = set()

    def note(connection: Connection) -> None:
        used.add(connection.engine)

    def close() -> None:
        event.remove(Engine, "engine_connect", note)
        for engine in used:
            engine.dispose()

    event.listen(Engine, "engine_connect", note)
    context.call_on_close(close)
