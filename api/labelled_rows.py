"""Reads labelled questions with the labels of the shipped taxonomy."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from evaluation.case_labels import labels_of
from evaluation.case_source import CaseSource, open_cases
from evaluation.cases import read_cases
from evaluation.types import Case
from knowledge_base.taxonomy import shipped_taxonomy

DATASETS = Path(str(files("evaluation"))) / "datasets"
"""The labelled questions that come with the package."""

SHIPPED_TEST = DATASETS / "test.jsonl"
"""Asked where no other rows are named; nothing is fitted on them."""


def read_labelled(path: Path) -> tuple[Case, ...]:
    """Read labelled rows with the shipped taxonomy.

    Raises:
        InvalidInputError: The file or a row cannot be used.
    """
    return read_cases(path, labels_of(shipped_taxonomy()))


def open_labelled(path: Path, where: Sequence[str] = ()) -> CaseSource:
    """Check labelled rows with the shipped taxonomy, to be read one by one afterwards.

    Args:
        path: JSONL, CSV or XLSX of any size.
        where: Conditions to choose rows by, each ``field=value``.

    Raises:
        InvalidInputError: The file, a row or a condition cannot be used.
    """
    return open_cases(path, labels_of(shipped_taxonomy()), where)
