"""The predictions file: one JSON line a row, for comparing runs and for reading errors."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from evaluation.costs import Prices
from evaluation.faults import faults_of
from evaluation.row_scores import scores_of
from evaluation.types import Case, CaseResult
from knowledge_base.errors import InvalidInputError
from knowledge_base.personal_data import mask_personal_data

FORMAT_VERSION = 2
"""1: what was predicted. 2: with the question, the truth, what the row weighs and scores, its faults."""

_TOP = 3


def prediction_line(
    result: CaseResult, weight: float | None = None, prices: Prices | None = None
) -> dict[str, object]:
    """Return the line of one row, its ranking and candidates cut to the first three.

    Personal data in the question is masked.

    Args:
        result: The row.
        weight: What the row counts in the metrics; its own weight where None.
        prices: Prices of mistakes; the defaults where None.
    """
    return {
        **_predicted(result),
        "question": mask_personal_data(result.case.text),
        "truth": _truth(result.case),
        "weight": result.case.weight if weight is None else weight,
        "scores": scores_of(result, prices or Prices()),
        "faults": list(faults_of(result)),
        "format_version": FORMAT_VERSION,
    }


def _predicted(result: CaseResult) -> dict[str, object]:
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
    }


def _truth(case: Case) -> dict[str, object]:
    names = ("channel", "product", "segment", "source", "conversation_id", "queue", "score_intent", "action")
    lists = ("intents", "alt_action", "tags")
    entry_ids = None if case.entry_ids is None else list(case.entry_ids)
    plain = {name: getattr(case, name) for name in names}
    return {**plain, **{name: list(getattr(case, name)) for name in lists}, "entry_ids": entry_ids}


def _candidates(result: CaseResult) -> list[dict[str, object]]:
    found = [scored.candidate for scored in result.candidates[:_TOP]]
    return [{"entry_id": c.entry_id, "dense": c.dense, "lexical": c.lexical, "fused": c.fused} for c in found]


class PredictionsFile:
    """Writes lines as results come."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: dict[str, object]) -> None:
        """Write one line; see ``prediction_line``."""
        self._file.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")


@contextmanager
def predictions_file(path: Path) -> Iterator[PredictionsFile]:
    """Open a predictions file for writing; it appears whole, when all is written, or not at all.

    Raises:
        InvalidInputError: The file cannot be written there.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        unfinished = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                yield PredictionsFile(file)
            unfinished.chmod(0o644)  # mkstemp makes it private; predictions are for colleagues too
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise InvalidInputError(
            f"the predictions cannot be written to {str(path)!r} ({error.strerror}); "
            "check that the folder is there and yours to write"
        ) from error


def write_predictions(path: Path, results: Sequence[CaseResult]) -> None:
    """Write a line for every result; the file appears whole or not at all.

    Raises:
        InvalidInputError: The file cannot be written there.
    """
    with predictions_file(path) as file:
        for result in results:
            file.write(prediction_line(result))
