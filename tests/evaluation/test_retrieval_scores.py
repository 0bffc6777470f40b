"""Retrieval scores agree with ir-measures, which wraps trec_eval."""

from __future__ import annotations

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, Success, nDCG

from evaluation.gathering import measure
from evaluation.types import CaseResult
from tests.evaluation.builders import candidates, case, result

ENTRIES = [f"i.e{number}" for number in range(15)]
THEIRS = {
    "hit_at_1": Success @ 1,
    "hit_at_3": Success @ 3,
    "hit_at_10": Success @ 10,
    "mrr": RR,
    "ndcg_at_10": nDCG @ 10,
}

found = st.lists(st.sampled_from(ENTRIES), unique=True, max_size=10)
right = st.lists(st.sampled_from(ENTRIES), unique=True, min_size=1, max_size=12)


@settings(max_examples=60)
@given(st.lists(st.tuples(found, right), min_size=1, max_size=8))
def test_they_agree_with_ir_measures(rows: list[tuple[list[str], list[str]]]) -> None:
    results = [
        result(case(id=str(row), entry_ids=tuple(wanted)), candidates=candidates(*ranked))
        for row, (ranked, wanted) in enumerate(rows)
    ]
    truth = {str(row): dict.fromkeys(wanted, 1) for row, (_, wanted) in enumerate(rows)}
    run = {
        str(row): {entry: 100.0 - rank for rank, entry in enumerate(ranked)} or {"nothing": 0.0}
        for row, (ranked, _) in enumerate(rows)
    }
    theirs = ir_measures.calc_aggregate(list(THEIRS.values()), truth, run)
    ours = measure(results, np.ones(len(results)))
    for name, of_theirs in THEIRS.items():
        assert ours[name].value == pytest.approx(theirs[of_theirs]), name
        assert ours[name].n == len(rows)


def test_only_rows_that_name_a_right_entry_count() -> None:
    rows: list[CaseResult] = [
        result(case(entry_ids=())),
        result(case(entry_ids=None), candidates=candidates("a.b")),
        result(case("handoff", entry_ids=("a.b",)), "handoff", candidates=candidates("x.y", "a.b")),
        result(case(entry_ids=("a.b",))),  # nothing was found
    ]
    ours = measure(rows, np.ones(len(rows)))
    assert (ours["hit_at_1"].value, ours["hit_at_1"].n) == (0.0, 2)
    assert (ours["mrr"].value, ours["hit_at_3"].value) == (0.25, 0.5)
