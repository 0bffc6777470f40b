"""Approved labels of an installation, as questions to train on.

What measures must not be learnt: a question of the shipped calibration or test set is left out, and
so is every fifth conversation, so that ``baowen candidate promote --data`` has
labelled rows that trained nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from api.labelled_rows import DATASETS, read_labelled
from assistant.desk.labels import LabelledRow, labelled_rows
from evaluation.types import Case
from knowledge_base.database import Database
from knowledge_base.search.text import normalize
from knowledge_base.types import Entry
from training.corpus import TrainingQuestion

STYLE = "own"
_HELD_OUT = 5
_MEASURING = ("calibration.jsonl", "test.jsonl")
_ALWAYS = dt.datetime(2000, 1, 1, tzinfo=dt.UTC), dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def own_questions(
    database: Database | None,
    labels: Sequence[Path],
    entries: Sequence[Entry],
    known: Iterable[TrainingQuestion],
) -> tuple[TrainingQuestion, ...]:
    """Return the labelled questions of an installation, one per text.

    Args:
        database: Where agents' labels are; None for none.
        labels: Files of labelled rows.
        entries: What is published; a label that names another entry is left out.
        known: Training questions that are there already.

    Raises:
        InvalidInputError: A file has bad rows; all of them are listed.
    """
    intents = {entry.id: entry.intent for entry in entries if entry.kind == "answer"}
    taken = {question.normalized for question in known} | _measuring()
    found: dict[str, TrainingQuestion] = {}
    of_files: Iterator[Case] = (row for path in labels for row in read_labelled(path))
    rows: list[LabelledRow | Case] = [*_of_desk(database, intents), *of_files]
    for row in rows:
        question = _question(row, intents)
        if question and question.normalized not in taken and not held_out(row.conversation_id or row.id):
            found[question.normalized] = question
    return tuple(found.values())


def held_out(unit: str) -> bool:
    """Tell whether a conversation is kept for measuring."""
    return hashlib.sha256(unit.encode()).digest()[0] % _HELD_OUT == 0


def _of_desk(database: Database | None, intents: dict[str, str]) -> Iterator[LabelledRow]:
    if database:
        with database.reading() as session:
            yield from labelled_rows(session, intents, *_ALWAYS)


def _question(row: LabelledRow | Case, intents: dict[str, str]) -> TrainingQuestion | None:
    """Return what is learnt of a row: a question with its one right entry; others teach nothing sure."""
    if row.action != "answer" or row.entry_ids is None or len(row.entry_ids) != 1 or row.history:
        return None
    (entry_id,) = row.entry_ids
    intent = row.intents[0] if row.intents else intents.get(entry_id, "")
    return TrainingQuestion(row.text, intent, STYLE, entry_id) if entry_id in intents and intent else None


def _measuring() -> set[str]:
    return {normalize(case.text) for name in _MEASURING for case in read_labelled(DATASETS / name)}
