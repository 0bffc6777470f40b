"""Content that no training saw: ``python -m benchmarks.unseen``.

An insurer's own FAQ is new to the encoder. Here it is the questions of calibration.jsonl and
test.jsonl, some 4,300 that the encoder never learnt from, each an entry of its own; the queries
are some of them in other words (reworded.jsonl). Many of the questions ask the same, so two
figures are told: the very question found, and that or one with the same right entry.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from api.labelled_rows import DATASETS, read_labelled
from api.services import Services, open_services
from evaluation.statistics import wilson_interval
from evaluation.types import Case
from knowledge_base.search.search import SearchIndex, build_index, make_query
from knowledge_base.settings import read_settings

REWORDED = Path(__file__).with_name("reworded.jsonl")
DEPTHS = (1, 5)


def unseen_questions() -> dict[str, Case]:
    """Return the questions that stand for an unknown FAQ, by id; equal texts once."""
    cases = [case for name in ("calibration", "test") for case in read_labelled(DATASETS / f"{name}.jsonl")]
    first = {case.text: case for case in reversed(cases) if not case.history}
    return {case.id: case for case in first.values()}


def index_of(cases: dict[str, Case], services: Services) -> SearchIndex:
    """Index every question as an entry without other wordings."""
    pattern = next(iter(services.snapshot.entries.values()))
    entries = [replace(pattern, id=case.id, question=case.text, variants=()) for case in cases.values()]
    bundle = services.bundle
    return build_index(entries, bundle.encoder, services.tokenizer, bundle.dense_weight)


def ranks(found: Sequence[str], asked: Case, cases: dict[str, Case]) -> tuple[int, int]:
    """Return the places, from 1, of the very question and of one with the same right entry."""
    accepted = set(asked.entry_ids or ())
    same = [bool(accepted & set(cases[one].entry_ids or ())) or one == asked.id for one in found]
    itself = found.index(asked.id) + 1 if asked.id in found else len(found) + 1
    return itself, same.index(True) + 1 if True in same else len(found) + 1


def main() -> None:
    """Search every reworded question and print the hit rates."""
    services = open_services(read_settings())
    cases = unseen_questions()
    index = index_of(cases, services)
    places = []
    for row in map(json.loads, REWORDED.read_text(encoding="utf-8").splitlines()):
        query = make_query(row["text"], services.tokenizer, index.speller)
        vector = services.bundle.encoder.encode([query.normalized])[0]
        found = [candidate.entry_id for candidate in index.search(query, vector)]
        places.append(ranks(found, cases[row["id"]], cases))
    Console().print(_table(np.array(places), len(cases)))


def _table(places: NDArray[np.int64], entries: int) -> Table:
    table = Table(
        "found", *(f"hit@{depth}" for depth in DEPTHS), title=f"{len(places)} of {entries} questions"
    )
    for name, column in zip(("the very question", "or the same entry's"), places.T, strict=True):
        table.add_row(name, *(_share(column <= depth) for depth in DEPTHS))
    return table


def _share(hits: NDArray[np.bool_]) -> str:
    low, high = wilson_interval(float(hits.mean()), len(hits))
    return f"{hits.mean():.3f} ({low:.2f}-{high:.2f})"


if __name__ == "__main__":
    main()
