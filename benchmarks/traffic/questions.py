"""What customers ask, and how often."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from assistant.understanding.entities import named_products
from benchmarks.traffic.plans import DriftPlan
from knowledge_base.taxonomy import shipped_taxonomy

QUESTIONS = Path(__file__).parents[2] / "training" / "questions"


@cache
def questions_by_intent() -> dict[str, tuple[str, ...]]:
    """Return the shipped training questions by intent."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        for line in _lines(path):
            row = json.loads(line)
            if row.get("intent") in shipped_taxonomy().intents:
                found[row["intent"]].add(row["text"])
    return {intent: tuple(sorted(texts)) for intent, texts in found.items()}


@cache
def entry_of(text: str) -> str | None:
    """Return the entry that a training question belongs to, if it names one."""
    return _entries().get(text)


@cache
def _entries() -> dict[str, str]:
    lines = (line for path in sorted(QUESTIONS.glob("*.jsonl")) for line in _lines(path))
    rows = map(json.loads, lines)
    return {row["text"]: row["entry_id"] for row in rows if row.get("entry_id")}


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@cache
def product_of(text: str) -> str | None:
    """Return the product line that a text names first."""
    return next(iter(named_products(text)), None)


def usual_mix(intents: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the share of each intent: few are frequent, and few messages are for people at once."""
    taxonomy = shipped_taxonomy()
    order = np.random.default_rng(7).permutation(len(intents))
    weights = 1 / (order + 3.0)
    handoff = np.array([one in taxonomy.handoff for one in intents])
    weights[handoff] *= 0.05 * weights[~handoff].sum() / weights[handoff].sum()
    return np.asarray(weights / weights.sum())


@cache
def drifted_mix(
    intents: tuple[str, ...], mix: tuple[float, ...], drift: DriftPlan
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the mix after a drift."""
    factors = np.array([drift.factor if one in drift.intents else 1.0 for one in intents])
    changed = np.array(mix) * factors
    return np.asarray(changed / changed.sum())
