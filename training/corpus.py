"""Reads the training questions: JSONL, a file per domain."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from knowledge_base.errors import ContentError
from knowledge_base.search.text import normalize
from knowledge_base.taxonomy import Taxonomy

SITUATION = "situation"

SHIPPED_QUESTIONS = Path(str(files("training"))) / "questions"


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """One labelled question.

    Attributes:
        style: textbook, real, aimed, or situation (see ``is_indexed``).
        entry_id: The shipped entry that answers it best; empty where none does.
        complex_case: Someone's own case that needs a person, whatever its intent.
    """

    text: str
    intent: str
    style: str
    entry_id: str = ""
    complex_case: bool = False

    @property
    def is_indexed(self) -> bool:
        """Tell whether the question stands in the index, or only teaches encoder and heads.

        15,000 situations more would cost a serving process 20 MB and the bundle 3, and make the
        nearest questions worse witnesses of the intent (docs/decisions/0031).
        """
        return self.style != SITUATION

    @property
    def label(self) -> str:
        """Return the intent that the question teaches, or nothing.

        Situations with an entry teach none: they make the head worse on questions by other
        writers, even with intents that a second reader told (docs/decisions/0031).
        """
        return "" if self.style == SITUATION and self.entry_id else self.intent

    @property
    def normalized(self) -> str:
        """Return the text as encoders see it."""
        return normalize(self.text)


def read_training_questions(folder: Path, taxonomy: Taxonomy) -> tuple[TrainingQuestion, ...]:
    """Read all training questions of a folder, one per normalised text.

    Raises:
        ContentError: There is no file, or rows are bad; ``detail`` lists them all.
    """
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise ContentError(f"Folder {str(folder)!r} has no training questions (*.jsonl). Check the path.")
    faults: list[str] = []
    questions = [question for path in paths for question in _read(path, taxonomy, faults)]
    if faults:
        raise ContentError(f"{len(faults)} bad training questions; first: {faults[0]}", tuple(faults))
    return tuple({question.normalized: question for question in questions}.values())


def _read(path: Path, taxonomy: Taxonomy, faults: list[str]) -> Iterator[TrainingQuestion]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"Training questions {str(path)!r} cannot be read ({error}).") from None
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            question = TrainingQuestion(
                str(row["text"]),
                str(row["intent"]),
                str(row["style"]),
                str(row.get("entry_id", "")),
                row.get("complex") is True,
            )
        except (ValueError, KeyError, TypeError) as error:
            faults.append(f"{path.name} line {number}: not a question ({error!r})")
            continue
        if question.intent not in taxonomy.intents:
            faults.append(f"{path.name} line {number}: unknown intent {question.intent!r}")
        else:
            yield question
