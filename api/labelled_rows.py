"""Reads labelled questions with the labels of the shipped taxonomy."""

from __future__ import annotations

from pathlib import Path

from evaluation.cases import read_cases
from evaluation.types import Case
from knowledge_base.taxonomy import shipped_taxonomy


def read_labelled(path: Path) -> tuple[Case, ...]:
    """Read labelled rows with the shipped taxonomy.

    Raises:
        InvalidInputError: The file or a row cannot be used.
    """
    taxonomy = shipped_taxonomy()
    return read_cases(
        path, intents=taxonomy.intents.keys(), actions=taxonomy.actions.keys(), queues=taxonomy.queues.keys()
    )
