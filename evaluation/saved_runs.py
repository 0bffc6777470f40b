"""Reads the files of earlier runs, of every format that was ever released."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evaluation import predictions
from evaluation.reports import machine
from knowledge_base.errors import InvalidInputError

REPORT = "report.json"
PREDICTIONS = "predictions.jsonl"


@dataclass(frozen=True, slots=True)
class SavedRow:
    """One line of a predictions file.

    Attributes:
        scores: What the row scores in each metric that it counts in; empty in format 1, which
            says nothing of the truth.
        weight: What the row counts in the metrics.
        question: The question, personal data masked; empty in format 1.
        truth: What the row was labelled with; empty in format 1.
        faults: What is wrong with the row, gravest first.
        stored: The whole line.
    """

    id: str
    action: str
    intent: str
    entry_id: str | None
    scores: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0
    question: str = ""
    truth: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    stored: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def conversation_id(self) -> str:
        """Return the conversation the row belongs to, empty where to none."""
        return str(self.truth.get("conversation_id", ""))


def read_report(path: Path) -> dict[str, Any]:
    """Return a saved report; ``path`` is the file or the folder of ``--output``.

    Fields that a later format added are missing in an older file.

    Raises:
        InvalidInputError: It is missing, damaged or of a format that this version does not know.
    """
    file = path / REPORT if path.is_dir() else path
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(file, error) from None
    if not isinstance(stored, dict):
        raise _unreadable(file, "it holds no object")
    _require_format(file, stored.get("format_version"), machine.FORMAT_VERSION)
    return stored


def read_predictions(path: Path) -> Iterator[SavedRow]:
    """Yield the rows of a predictions file, or of the one in the folder of ``--output``.

    Raises:
        InvalidInputError: It is missing, or a line is damaged or of a format that this version
            does not know; the message names the line.
    """
    file = path / PREDICTIONS if path.is_dir() else path
    try:
        with file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(file, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from None


def _row(file: Path, number: int, line: str) -> SavedRow:
    try:
        stored = json.loads(line)
        _require_format(file, stored["format_version"], predictions.FORMAT_VERSION)
        return SavedRow(
            id=stored["id"],
            action=stored["action"],
            intent=stored["intent"],
            entry_id=stored["entry_id"],
            scores=stored.get("scores", {}),
            weight=float(stored.get("weight", 1.0)),
            question=stored.get("question", ""),
            truth=stored.get("truth", {}),
            faults=tuple(stored.get("faults", ())),
            stored=stored,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unreadable(file, f"line {number}: {error!r}") from None


def _require_format(file: Path, found: object, newest: int) -> None:
    if not isinstance(found, int) or not 1 <= found <= newest:
        raise InvalidInputError(
            f"{str(file)!r} is of format {found!r}; this version reads 1 to {newest}. "
            "It was written by a newer version or is no result of 'baowen evaluate'."
        )


def _unreadable(file: Path, cause: object) -> InvalidInputError:
    said = cause.strerror if isinstance(cause, OSError) else cause
    return InvalidInputError(
        f"{str(file)!r} cannot be read as a result of 'baowen evaluate' ({said}); check the path, or "
        "evaluate again with --output"
    )
