"""Candidates for tests: the shipped bundle with other thresholds, as whole as any."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from assistant.understanding.bundle import MANIFEST, SHIPPED_BUNDLE, THRESHOLDS, file_hash


def bundle_with_cut(folder: Path, answer: float) -> Path:
    """Write a bundle that answers from another confidence on; 1.1 never answers."""
    shutil.copytree(SHIPPED_BUNDLE, folder)
    stored = json.loads((folder / THRESHOLDS).read_text(encoding="utf-8"))
    stored["version"] = f"cut-{answer}"
    stored["default"]["answer"] = answer
    (folder / THRESHOLDS).write_text(json.dumps(stored), encoding="utf-8")
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][THRESHOLDS] = file_hash(folder / THRESHOLDS)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return folder
