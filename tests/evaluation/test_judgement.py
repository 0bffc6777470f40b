"""Blind judgements: counts, shares and agreement."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from evaluation.judgement import judgement_table, summarise
from knowledge_base.errors import InvalidInputError

FIRST = ["yes"] * 8 + ["partly", "no"]
SECOND = ["yes"] * 7 + ["partly", "partly", "yes"]


def test_summary() -> None:
    summary = summarise(FIRST, SECOND)
    assert summary.n == 10
    assert summary.table == {
        ("yes", "yes"): 7,
        ("yes", "partly"): 1,
        ("partly", "partly"): 1,
        ("no", "yes"): 1,
    }
    assert summary.yes.value == pytest.approx(0.7)
    assert (summary.yes.low, summary.yes.high) == pytest.approx((0.3968, 0.8922), abs=1e-4)
    assert summary.acceptable.value == pytest.approx(0.9)
    assert summary.agreement.value == pytest.approx(0.8)
    assert summarise(["yes"], ["no"]).acceptable.value == 0
    # chance: yes .8 * .8, partly .1 * .2, no .1 * 0
    assert summary.kappa == pytest.approx((0.8 - 0.66) / (1 - 0.66))


def test_table() -> None:
    out = io.StringIO()
    Console(file=out, width=100).print(judgement_table(summarise(FIRST, SECOND)))
    text = out.getvalue()
    assert "10 items, kappa 0.41" in text
    assert "both yes 70.0%" in text
    Console(file=out, width=100).print(judgement_table(summarise(["yes"], ["yes"])))
    assert "kappa undefined" in out.getvalue()


def test_nothing_judged() -> None:
    summary = summarise([], [])
    assert (summary.n, summary.kappa, summary.yes.value) == (0, None, None)
    out = io.StringIO()
    Console(file=out).print(judgement_table(summary))
    assert "0 items" in out.getvalue()


def test_bad_verdicts_are_all_listed() -> None:
    with pytest.raises(InvalidInputError, match="second reviewer gave 2 verdicts") as caught:
        summarise(["yes"] * 3, ["Yes", "no", ""])
    assert caught.value.detail == ("item 1: 'Yes'", "item 3: ''")
    with pytest.raises(InvalidInputError, match="both must judge every item"):
        summarise(["yes"], [])
