"""Script and typing errors, in pairs: ``python -m benchmarks.robustness DATA``.

Every row is asked as it stands, in traditional script (OpenCC s2t), and with one typing
error in each eight characters: a homophone (pypinyin) or a dropped character, by turns.
The tables give each share over the same rows, and the difference with a 95 % bootstrap
interval over the pairs. Rows that are written in traditional script already stay as they are.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import opencc
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from api.case_replies import reply_for
from api.labelled_rows import read_labelled
from api.services import open_services
from evaluation.cases import choose_cases
from evaluation.metrics import SHARES, Share, answered_rightly
from evaluation.runner import run_cases
from evaluation.statistics import bootstrap_interval
from evaluation.types import Case, CaseResult
from knowledge_base.settings import read_settings
from training.augment import homophones, with_typos

_NAMES = ("auto_answer_accuracy", "entry_accuracy", "must_handoff_recall", "intent_accuracy")

COMPARED = (
    *(share for share in SHARES if share.name in _NAMES),
    Share(
        "answered_rightly",
        "answerable rows answered rightly",
        lambda result: result.case.must("answer"),
        answered_rightly,
    ),
)
"""What is compared; ``answered_rightly`` falls too where confidence does."""


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


def difference(
    share: Share, before: Sequence[CaseResult], after: Sequence[CaseResult], seed: int
) -> tuple[float, float, float]:
    """Return the change of a share in points, with its 95 % bootstrap interval over the rows."""
    old, new = _counts(share, before), _counts(share, after)

    def change(rows: NDArray[np.intp]) -> float:
        return 100 * (_ratio(new[rows]) - _ratio(old[rows]))

    low, high = bootstrap_interval(change, len(old), seed=seed)
    return change(np.arange(len(old))), low, high


def _counts(share: Share, results: Sequence[CaseResult]) -> NDArray[np.int64]:
    counted = [(share.counts(r), share.counts(r) and share.succeeds(r)) for r in results]
    return np.array(counted, dtype=np.int64)


def _ratio(counts: NDArray[np.int64]) -> float:
    rows, right = counts.sum(axis=0)
    return float(right / rows) if rows else float("nan")


def main() -> None:
    """Measure one file and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--where", action="append", default=[])
    parser.add_argument("--seed", type=int, default=20261126)
    given = parser.parse_args()
    reply = reply_for(open_services(read_settings()))
    variants = variants_of(choose_cases(read_labelled(given.data), given.where), given.seed)
    results = {name: run_cases(cases, reply) for name, cases in variants.items()}
    Console().print(_table(results, given.seed))


def _table(results: dict[str, tuple[CaseResult, ...]], seed: int) -> Table:
    (plain, written), *changed = results.items()
    table = Table("share", plain, *(kind for kind, _ in changed))
    for share in COMPARED:
        rows, right = _counts(share, written).sum(axis=0)
        if rows:
            changes = [difference(share, written, after, seed) for _, after in changed]
            cells = [f"{by:+.1f} points ({low:+.1f} to {high:+.1f})" for by, low, high in changes]
            table.add_row(share.name, f"{right / rows:.3f} (n {rows})", *cells)
    return table


if __name__ == "__main__":
    main()
