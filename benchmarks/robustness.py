"""Script and typing errors, in pairs: ``python -m benchmarks.robustness DATA``.

Every row is asked as it stands, in traditional script (OpenCC s2t), and with one typing
error in each eight characters: a homophone (pypinyin) or a dropped character, by turns.
The tables give each share over the same rows, and the difference with a 95 % bootstrap
interval over the pairs. Rows that are written in traditional script already stay as they are.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import opencc
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from api.services import open_services
from assistant.pipeline import Assistant
from assistant.types import DecisionContext
from evaluation.cases import choose_cases, read_cases
from evaluation.metrics import answer_right, answered_rightly, entry_right
from evaluation.runner import run_cases
from evaluation.types import Case, CaseResult
from knowledge_base.settings import read_settings
from knowledge_base.taxonomy import shipped_taxonomy
from training.augment import Homophones, drop, homophones, mishear

EVERY = 8
"""One typing error in so many characters."""

_DRAWS = 2000

Judge = Callable[[CaseResult], bool]
Chosen = Callable[[CaseResult], bool]

SHARES: dict[str, tuple[Chosen, Judge]] = {
    "auto_answer_accuracy": (lambda r: r.action == "answer", answer_right),
    "entry_accuracy": (lambda r: r.action == "answer" and r.case.entry_ids is not None, entry_right),
    "answered rightly": (lambda r: r.case.must("answer"), answered_rightly),
    "must_handoff_recall": (lambda r: r.case.must("handoff"), lambda r: r.action == "handoff"),
    "intent_accuracy": (lambda r: r.case.scores_intent, lambda r: r.case.accepts_intent(r.intent)),
}
"""For each share, the rows it is taken of, and when one of them is right."""


def with_typos(text: str, sounds: Homophones, draws: random.Random) -> str:
    """Return ``text`` with one error in each piece of ``EVERY`` characters."""
    pieces = [text[start : start + EVERY] for start in range(0, len(text), EVERY)]
    wrong = (mishear(p, sounds, draws) if draws.random() < 0.5 else drop(p, draws) for p in pieces)
    return "".join(wrong) or text


def variants_of(cases: Sequence[Case], seed: int) -> dict[str, list[Case]]:
    """Return the rows as they are and changed, by the kind of change."""
    draws = random.Random(seed)  # noqa: S311 no secret depends on it
    converter = opencc.OpenCC("s2t")
    sounds = homophones(case.text for case in cases)
    return {
        "as written": list(cases),
        "traditional": [replace(case, text=converter.convert(case.text)) for case in cases],
        "typing errors": [replace(case, text=with_typos(case.text, sounds, draws)) for case in cases],
    }


def ask_all(cases: Sequence[Case], assistant: Assistant) -> tuple[CaseResult, ...]:
    """Answer every row."""
    return run_cases(
        cases, lambda case: assistant.reply(case.text, DecisionContext(history=tuple(case.history)))
    )


def difference(
    before: Sequence[CaseResult], after: Sequence[CaseResult], chosen: Chosen, judge: Judge, seed: int
) -> tuple[float, float, float]:
    """Return the change of a share in points, with its 95 % bootstrap interval over the rows."""
    old = np.array([(chosen(r), chosen(r) and judge(r)) for r in before], dtype=np.float64)
    new = np.array([(chosen(r), chosen(r) and judge(r)) for r in after], dtype=np.float64)
    draws = np.random.default_rng(seed).integers(0, len(old), (_DRAWS, len(old)))
    changes = [_share(new[draw]) - _share(old[draw]) for draw in draws]
    low, high = np.nanpercentile(changes, [2.5, 97.5])
    return 100 * (_share(new) - _share(old)), 100 * float(low), 100 * float(high)


def _share(counts: NDArray[np.float64]) -> float:
    rows, right = counts.sum(axis=0)
    return float(right / rows) if rows else float("nan")


def main() -> None:
    """Measure one file and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--where", action="append", default=[])
    parser.add_argument("--seed", type=int, default=20261126)
    given = parser.parse_args()
    taxonomy = shipped_taxonomy()
    labels = {"intents": set(taxonomy.intents), "actions": ACTIONS, "queues": set(taxonomy.queues)}
    cases = choose_cases(read_cases(given.data, **labels), given.where)
    assistant = open_services(read_settings()).assistant()
    results = {name: ask_all(rows, assistant) for name, rows in variants_of(cases, given.seed).items()}
    Console().print(_table(results, given.seed))


ACTIONS = {"answer", "clarify", "handoff", "decline"}


def _table(results: dict[str, tuple[CaseResult, ...]], seed: int) -> Table:
    plain, *changed = results
    table = Table("share", plain, *changed)
    for name, (chosen, judge) in SHARES.items():
        rows = [r for r in results[plain] if chosen(r)]
        first = f"{np.mean([judge(r) for r in rows]):.3f} (n {len(rows)})" if rows else "-"
        table.add_row(name, first, *(_cell(results, plain, kind, chosen, judge, seed) for kind in changed))
    return table


def _cell(
    results: dict[str, tuple[CaseResult, ...]],
    plain: str,
    kind: str,
    chosen: Chosen,
    judge: Judge,
    seed: int,
) -> str:
    if not any(chosen(result) for result in results[plain]):
        return "-"
    change, low, high = difference(results[plain], results[kind], chosen, judge, seed)
    return f"{change:+.1f} points ({low:+.1f} to {high:+.1f})"


if __name__ == "__main__":
    main()
