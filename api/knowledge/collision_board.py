"""Keeps the collisions that were found last, and has them found anew when somebody asks for them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from api.knowledge.collisions import Collisions, key_of, read_collisions
from api.live import LiveService

_COMMAND = [sys.executable, "-m", "api.knowledge.collision_run"]
_PAUSE_SECONDS = 60.0
"""Between two runs at least: while somebody edits, each save makes what was found old."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of collisions.

    Attributes:
        found: What was found last, if anything.
        current: It holds for what the entries say now.
        running: It is being found anew.
        done: Questions asked so far, ``of`` so many; 0 while that is not known.
        failed: The last run came to nothing.
    """

    found: Collisions | None
    current: bool
    running: bool
    done: int = 0
    of: int = 0
    failed: bool = False


class CollisionBoard:
    """Starts a process that finds collisions, one at a time, and reads what it wrote."""

    def __init__(self, live: LiveService) -> None:
        self._live = live
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._progress: Mapping[str, Any] = {}
        self._ended = -_PAUSE_SECONDS
        self._failed = False
        self._kept = read_collisions(live.serving.services.home.collisions)

    def look(self, content: str) -> Standing:
        """Tell what is known; ``content`` is the hash of what the entries say now."""
        services, kept = self._live.serving.services, self._kept
        key = key_of(content, services.bundle.version, services.settings.collision_margin)
        current, running = kept is not None and kept.key == key, self._process is not None
        done, of = self._progress.get("done", 0), self._progress.get("of", 0)
        return Standing(kept, current, running, done, of, self._failed)

    def want(self, content: str, *, now: bool = False) -> Standing:
        """Tell the same, and have collisions found where what is known is old.

        Args:
            content: The hash of what the entries say.
            now: Without a rest since the last run, for somebody who asked for it.
        """
        with self._lock:
            standing = self._look_again(content)
            rested = now or time.monotonic() - self._ended >= _PAUSE_SECONDS
            if not standing.current and not standing.running and (rested or standing.found is None):
                self._start()
        return self.look(content)

    def _look_again(self, content: str) -> Standing:
        """Tell the same; what is old here may be new in the file, which other processes write too."""
        standing = self.look(content)
        if standing.current or standing.running:
            return standing
        self._kept = read_collisions(self._live.serving.services.home.collisions) or self._kept
        return self.look(content)

    def stop(self) -> None:
        """End a process that runs; what it found so far is lost."""
        process = self._process
        if process:
            process.terminate()

    def _start(self) -> None:
        settings = self._live.serving.services.settings.model_dump(mode="json")
        self._progress, self._failed = {}, False
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(_COMMAND, stdin=pipe, stdout=pipe, text=True)  # noqa: S603 - ours
        arguments = (self._process, json.dumps(settings))
        threading.Thread(target=self._follow, args=arguments, name="collisions", daemon=True).start()

    def _follow(self, process: subprocess.Popen[str], settings: str) -> None:
        """Read how far the process is until it ends, and then what it wrote."""
        with process:
            assert process.stdin  # noqa: S101 - a pipe
            assert process.stdout  # noqa: S101 - a pipe
            try:
                process.stdin.write(settings)
                process.stdin.close()
                for line in process.stdout:
                    self._progress = json.loads(line)
            except (OSError, ValueError) as error:
                _log.error("collisions_not_followed", error=type(error).__name__)
        if process.returncode == 0:
            self._kept = read_collisions(self._live.serving.services.home.collisions)
        elif process.returncode > 0:
            self._failed = True
            _log.error("collisions_not_found", problem=self._progress.get("problem", ""))
        self._ended, self._process = time.monotonic(), None
