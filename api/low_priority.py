"""Lets work in the background wait for replies to customers."""

from __future__ import annotations

import os
import threading
from contextlib import suppress

_NICE = 10


def lower_priority() -> None:
    """Give the present thread a lower priority than the others, where the system has such (Linux)."""
    if hasattr(os, "setpriority"):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
