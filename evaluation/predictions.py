"""The predictions file: one JSON line a row, for comparing runs and for reading errors."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from evaluation.types import CaseResult
from knowledge_base.errors import InvalidInputError

FORMAT_VERSION = 1
_TOP = 3


def prediction_line(result: CaseResult) -> dict[str, object]:
    """Return the line of one row, its ranking and candidates cut to the first three."""
    return {
        "id": result.case.id,
        "action": result.action,
        "intent": result.intent,
        "ranking": [{"intent": intent, "probability": p} for intent, p in result.ranking[:_TOP]],
        "choices": [{"text": c.text, "intent": c.intent, "entry_id": c.entry_id} for c in result.choices],
        "queue": result.queue,
        "urgency": result.urgency,
        "entry_id": result.entry_id,
        "revision": result.revision,
        "text": result.text,
        "confidence": result.confidence,
        "reason": result.reason,
        "candidates": _candidates(result),
        "kb_version": result.versions.kb,
        "bundle_version": result.versions.bundle,
        "thresholds_version": result.versions.thresholds,
        "elapsed_ms": result.elapsed_ms,
        "format_version": FORMAT_VERSION,
    }


def _candidates(result: CaseResult) -> list[dict[str, object]]:
    found = [scored.candidate for scored in result.candidates[:_TOP]]
    return [{"entry_id": c.entry_id, "dense": c.dense, "lexical": c.lexical, "fused": c.fused} for c in found]


def write_predictions(path: Path, results: Sequence[CaseResult]) -> None:
    """Write a line for every result; the file appears whole or not at all.

    Raises:
        InvalidInputError: The file cannot be written there.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.writelines(_as_json(result) + "\n" for result in results)
            unfinished.chmod(0o644)  # mkstemp makes it private; predictions are for colleagues too
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInputError(
            f"the predictions cannot be written to {str(path)!r} ({error.strerror}); "
            "check that the folder is there and yours to write"
        ) from error


def _as_json(result: CaseResult) -> str:
    return json.dumps(prediction_line(result), ensure_ascii=False, allow_nan=False)
