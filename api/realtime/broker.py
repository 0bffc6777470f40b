"""Carries notes of what was committed to everybody who waits for them, across processes.

On SQLite one process serves, and notes stay within it. On PostgreSQL they travel with the
transaction itself (``NOTIFY``), so that every process hears of them after the commit and
never of one that was rolled back. A note says only what changed; who hears it reads the
database.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from assistant.desk.signals import signals_of
from knowledge_base.database import Database

CHANNEL = "baowen_desk"
_MOST_BYTES = 7500
"""PostgreSQL carries at most 8000 bytes a note."""


class Subscription:
    """What one open page waits for; used within one event loop."""

    def __init__(self, broker: Broker, keys: Iterable[str]) -> None:
        self._broker = broker
        self._keys = tuple(keys)
        self._loop = asyncio.get_running_loop()
        self._heard: dict[str, None] = {}
        self._event = asyncio.Event()

    def __enter__(self) -> Subscription:
        """Begin to listen."""
        self._broker.add(self, self._keys)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop listening."""
        self._broker.remove(self, self._keys)

    async def wait(self, seconds: float) -> tuple[str, ...]:
        """Return the topics heard since the last call; nothing after ``seconds`` of silence."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return ()
        heard, self._heard = tuple(self._heard), {}
        self._event.clear()
        return heard

    def hear(self, topics: Iterable[str]) -> None:
        """Take notes from any thread."""
        # A page may leave while a note is on its way to it.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, tuple(topics))

    def _take(self, topics: Iterable[str]) -> None:
        self._heard.update(dict.fromkeys(topics))
        self._event.set()


class Broker:
    """Hands out transactions whose notes reach every subscriber once they are committed.

    A topic is ``KIND:ID`` with anything behind it; a key is ``KIND:ID`` or ``KIND`` alone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._subscribers: dict[str, set[Subscription]] = defaultdict(set)
        self._lock = threading.Lock()
        self._closed = False
        self._on_postgresql = database.engine.dialect.name == "postgresql"

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction; its signals are sent when it is committed.

        Raises:
            StorageError: The database failed.
        """
        with self._database.transaction() as session:
            yield session
            session.flush()
            topics = signals_of(session)
            if self._on_postgresql:
                self._notify(session, topics)
        if not self._on_postgresql:
            self.hear(topics)

    def tell(self, topics: Iterable[str]) -> None:
        """Send notes that belong to no stored change (somebody is typing)."""
        if not self._on_postgresql:
            self.hear(topics)
            return
        with self._database.transaction() as session:
            self._notify(session, topics)

    def subscribe(self, *keys: str) -> Subscription:
        """Return a subscription, to be entered as a context."""
        return Subscription(self, keys)

    @property
    def closed(self) -> bool:
        """Tell whether the server is about to end: open streams end too."""
        return self._closed

    def close(self) -> None:
        """Wake every subscriber for the last time; safe to call from a signal handler."""
        self._closed = True
        subscribers = {one for ones in list(self._subscribers.values()) for one in list(ones)}
        for subscription in subscribers:
            subscription.hear(["closed"])

    def add(self, subscription: Subscription, keys: Iterable[str]) -> None:
        """Let a subscription hear of ``keys``."""
        with self._lock:
            for key in keys:
                self._subscribers[key].add(subscription)

    def remove(self, subscription: Subscription, keys: Iterable[str]) -> None:
        """Forget a subscription."""
        with self._lock:
            for key in keys:
                self._subscribers[key].discard(subscription)
                if not self._subscribers[key]:
                    del self._subscribers[key]

    def hear(self, topics: Iterable[str]) -> None:
        """Pass notes on to the subscribers in this process."""
        found: dict[Subscription, list[str]] = defaultdict(list)
        with self._lock:
            for topic in topics:
                for key in keys_of(topic):
                    for subscription in self._subscribers.get(key, ()):
                        found[subscription].append(topic)
        for subscription, heard in found.items():
            subscription.hear(heard)

    def hear_of_everything(self) -> None:
        """Wake every subscriber: notes may have been missed while the listener was away."""
        found: dict[Subscription, list[str]] = defaultdict(list)
        with self._lock:
            for key, ones in self._subscribers.items():
                for subscription in ones:
                    found[subscription].append(key)
        for subscription, keys in found.items():
            subscription.hear(keys)

    def _notify(self, session: Session, topics: Iterable[str]) -> None:
        for payload in payloads(topics):
            session.execute(
                text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload}
            )


def keys_of(topic: str) -> tuple[str, ...]:
    """Return the keys whose subscribers hear of a topic."""
    parts = topic.split(":")
    return (parts[0],) if len(parts) == 1 else (parts[0], f"{parts[0]}:{parts[1]}")


def payloads(topics: Iterable[str]) -> Iterator[str]:
    """Pack topics into as few notes as their size allows."""
    packed: list[str] = []
    size = 0
    for topic in topics:
        if packed and size + len(topic.encode()) + 4 > _MOST_BYTES:
            yield json.dumps(packed)
            packed, size = [], 0
        packed.append(topic)
        size += len(topic.encode()) + 4
    if packed:
        yield json.dumps(packed)
