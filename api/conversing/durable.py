"""Writes files that are whole and on disk when the call returns."""

from __future__ import annotations

import os
from pathlib import Path


def open_new(path: Path) -> int:
    """Create a file for this user alone and return its descriptor."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def put_in_place(partial: Path, path: Path) -> None:
    """Give a finished file its name, and have the folder remember it through a power cut."""
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
