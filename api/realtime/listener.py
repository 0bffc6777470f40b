"""Hears, on PostgreSQL, what other processes committed."""

from __future__ import annotations

import json
import threading
from typing import Any

import structlog
from sqlalchemy import Engine

from api.realtime.broker import CHANNEL, Broker

_LOOK_SECONDS = 0.5
_RETRY_SECONDS = 2.0

_log = structlog.get_logger(__name__)


class Listener:
    """A thread with one connection that passes notes to the broker; on SQLite it does nothing."""

    def __init__(self, engine: Engine, broker: Broker) -> None:
        self._engine = engine
        self._broker = broker
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen until ``stop``; returns when the first notes can be heard, or the first try failed."""
        if self._engine.dialect.name != "postgresql":
            return
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="desk-listener", daemon=True)
        self._thread.start()
        ready.wait(5)

    def stop(self) -> None:
        """Stop listening."""
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def _run(self, ready: threading.Event) -> None:
        while not self._stopping.is_set():
            try:
                self._listen(ready)
            except Exception as error:  # the connection broke: another one is opened
                _log.error("listener_lost", error=type(error).__name__)
                ready.set()
                self._stopping.wait(_RETRY_SECONDS)

    def _listen(self, ready: threading.Event) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute(f"LISTEN {CHANNEL}")
            ready.set()
            self._broker.hear_of_everything()
            while not self._stopping.is_set():
                for note in driver.notifies(timeout=_LOOK_SECONDS):
                    self._broker.hear(json.loads(note.payload))
