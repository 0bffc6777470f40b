"""Keeps customers' messages on disk while the database is away.

One message is one file with one JSON line, written under another name, synced and then
renamed: it is there whole or not at all. Files sort by the time they came in. Any process
of the same home folder may deliver a file: delivered twice it is stored once, because
``client_id`` tells.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from api.conversing.durable import open_new, put_in_place
from knowledge_base.errors import StorageError
from knowledge_base.settings import make_private_folder

MOST = 10_000
"""Messages that wait at most; beyond, customers are told to call."""

MOST_OF_STRANGERS = 1_000
"""Those of conversations that this process has not seen open: their token is checked later."""

_KNOWN = 100_000

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that waits; its token is kept as the database keeps it, hashed."""

    conversation_id: str
    token_hash: str
    text: str
    client_id: str
    received_at: str


class Spool:
    """The folder of waiting messages, with the conversations that were seen while all was well."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._strangers = 0
        self._last = 0

    def saw(self, conversation_id: str, token_hash: str) -> None:
        """Remember that a token opens a conversation."""
        with self._lock:
            self._seen[conversation_id, token_hash] = None
            self._seen.move_to_end((conversation_id, token_hash))
            if len(self._seen) > _KNOWN:
                self._seen.popitem(last=False)

    def has_seen(self, conversation_id: str, token_hash: str) -> bool:
        """Tell whether this process has seen that a token opens a conversation; tokens never change."""
        with self._lock:
            return (conversation_id, token_hash) in self._seen

    def add(self, waiting: Waiting) -> None:
        """Put a message on disk.

        Raises:
            StorageError: The folder is full or cannot be written.
        """
        with self._lock:
            self._require_room(waiting)
            self._last = max(time.time_ns(), self._last + 1)
            path = self._folder / f"{self._last:020d}-{waiting.conversation_id}.json"
            partial = path.with_suffix(".part")
            try:
                make_private_folder(self._folder)
                with os.fdopen(open_new(partial), "w", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(waiting), ensure_ascii=False) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
                put_in_place(partial, path)
            except OSError as error:
                raise StorageError(
                    f"A message cannot be kept in {str(self._folder)!r} ({error.strerror}). Is the disk full?"
                ) from None

    def paths(self, conversation_id: str = "") -> list[Path]:
        """Return the waiting files, of one conversation or of all, those that came first at first."""
        try:
            names = [entry.name for entry in os.scandir(self._folder)]
        except FileNotFoundError:
            return []
        ending = f"-{conversation_id}.json" if conversation_id else ".json"
        return [self._folder / name for name in sorted(names) if name.endswith(ending)]

    def read(self, path: Path) -> Waiting | None:
        """Return a waiting message; None where another process has delivered it.

        A damaged file, or one of another version, is set aside: it holds up no other message.
        """
        try:
            return Waiting(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (ValueError, TypeError) as error:  # bad bytes, no JSON, other fields
            _log.error("spooled_file_set_aside", file=path.name, error=type(error).__name__)
        self.set_aside(path)
        return None

    def forget(self, path: Path) -> None:
        """Remove a message that is stored, or can never be."""
        path.unlink(missing_ok=True)
        if not self.paths():
            self._strangers = 0

    def set_aside(self, path: Path) -> None:
        """Keep a message that the database does not take for somebody to look at."""
        with suppress(FileNotFoundError):  # another process did so
            path.replace(path.with_suffix(".refused"))

    def count_refused(self) -> int:
        """Return how many messages were set aside: somebody has to look at them."""
        return sum(1 for _ in self._folder.glob("*.refused"))

    def __iter__(self) -> Iterator[tuple[Path, Waiting]]:
        """Yield what waits, in order."""
        for path in self.paths():
            waiting = self.read(path)
            if waiting:
                yield path, waiting

    def __len__(self) -> int:
        """Return how many messages wait."""
        return len(self.paths())

    def _require_room(self, waiting: Waiting) -> None:
        stranger = (waiting.conversation_id, waiting.token_hash) not in self._seen
        if len(self) >= MOST or (stranger and self._strangers >= MOST_OF_STRANGERS):
            raise StorageError("The database is away and too many messages wait already. Call the hotline.")
        self._strangers += stranger
