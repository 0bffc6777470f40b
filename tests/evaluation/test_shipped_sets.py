"""What is measured on was never seen: the shipped sets share no question, nor nearly one."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import yaml

from evaluation.overlap import near_duplicates

ROOT = Path(str(files("knowledge_base"))).parent
TRAIN, ENTRIES = "training/questions/*.jsonl", "knowledge_base/content/entries/*.yaml"
SETS = (
    TRAIN,
    ENTRIES,
    "evaluation/datasets/calibration.jsonl",
    "evaluation/datasets/test.jsonl",
)


def rows_of(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines if line.strip()]


def questions_of(path: Path) -> list[str]:
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [text for entry in entries for text in (entry["question"], *entry["variants"])]


def texts(pattern: str) -> list[str]:
    read: Callable[[Path], list[str]] = questions_of if pattern == ENTRIES else rows_of
    return [text for path in sorted(ROOT.glob(pattern)) for text in read(path)]


def test_no_question_stands_in_two_sets() -> None:
    """Training questions and entries may overlap: neither measures the other."""
    found = near_duplicates({name: texts(name) for name in SETS}, exempt=[frozenset({TRAIN, ENTRIES})])
    assert [f"{o.first_set} {o.first_text!r} ~ {o.second_set} {o.second_text!r}" for o in found] == []
