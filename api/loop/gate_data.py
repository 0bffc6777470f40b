"""The labelled rows that a gate asks of both bundles where no others are named."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

SHIPPED_TEST = Path(str(files("evaluation"))) / "datasets" / "test.jsonl"
