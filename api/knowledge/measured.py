"""Values that take long to find: measured beside the requests, again when somebody looks and they are old."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from knowledge_base.errors import BaowenError

T = TypeVar("T")

_SHARE = 0.05
"""Largest share of the time that measuring may take."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Measured(Generic[T]):
    """A value with when its measuring ended (monotonic seconds) and how long it took."""

    value: T
    ended: float
    seconds: float


class Measurement(Generic[T]):
    """Keeps what ``measure`` returned last.

    Args:
        measure: Finds the value; runs in a thread of its own, once at a time.
        good_for: Seconds after which a value is measured again when somebody looks.
    """

    def __init__(self, measure: Callable[[], T], good_for: float = 3.0) -> None:
        self._measure = measure
        self._good_for = good_for
        self._last: Measured[T] | None = None
        self._lock = threading.Lock()
        self._running: threading.Thread | None = None

    def look(self, wait: float = 0.0) -> T | None:
        """Return the last value, an old one too; None where there is none after ``wait`` seconds."""
        running = self._start_where_old()
        if self._last is None and running:
            running.join(wait)
        return self._last.value if self._last else None

    def _start_where_old(self) -> threading.Thread | None:
        with self._lock:
            if self._running is None and self._is_old():
                self._running = threading.Thread(target=self._run, name="measurement", daemon=True)
                self._running.start()
            return self._running

    def _is_old(self) -> bool:
        if self._last is None:
            return True
        good_for = max(self._good_for, self._last.seconds / _SHARE)
        return time.monotonic() > self._last.ended + good_for

    def _run(self) -> None:
        started = time.monotonic()
        try:
            value = self._measure()
        except BaowenError as error:  # the database is away: whoever looks next tries again
            _log.error("measurement_failed", problem=error.message)
        else:
            ended = time.monotonic()
            self._last = Measured(value, ended, ended - started)
        finally:
            self._running = None
