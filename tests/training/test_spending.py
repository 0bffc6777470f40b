"""Confidence is spent once, and then new labels are asked for."""

import json

import pytest

from evaluation.types import Case
from knowledge_base.errors import InvalidInputError, StorageError
from training.spending import LEDGER, PARTS, Ledger


def cases(*names):
    return [Case(f"问题{name}", name, "answer", ("surrender",)) for name in names]


def test_runs_on_the_same_rows_spend_no_more_than_there_is(tmp_path):
    ledger = Ledger(tmp_path)
    runs = [ledger.spend(cases("a", "b"), f"request {i}", 0.9) for i in range(len(PARTS))]
    assert [run.run for run in runs] == [1, 2, 3, 4]
    assert sum(run.level for run in runs) == pytest.approx(0.1)
    with pytest.raises(InvalidInputError, match="Label new rows"):
        ledger.spend(cases("a", "b"), "another", 0.9)


def test_the_same_request_costs_nothing_again(tmp_path):
    first = Ledger(tmp_path).spend(cases("a"), "same", 0.95)
    assert Ledger(tmp_path).spend(cases("a"), "same", 0.95) == first
    assert len(json.loads((tmp_path / LEDGER).read_text(encoding="utf-8"))["runs"]) == 1


def test_one_row_in_common_is_enough_and_new_rows_are_free(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.spend(cases("a", "b"), "1", 0.95)
    assert ledger.spend(cases("b", "c"), "2", 0.95).run == 2
    assert ledger.spend(cases("d"), "3", 0.95).run == 1


def test_a_higher_confidence_cannot_be_bought_afterwards(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.spend(cases("a"), "1", 0.9)  # spends .07
    with pytest.raises(InvalidInputError, match="nothing is left"):
        ledger.spend(cases("a"), "2", 0.95)


def test_a_damaged_account_stops_everything(tmp_path):
    (tmp_path / LEDGER).write_text("{}", encoding="utf-8")
    with pytest.raises(StorageError, match="backup"):
        Ledger(tmp_path).spend(cases("a"), "1", 0.9)


def test_no_text_is_kept(tmp_path):
    Ledger(tmp_path).spend(cases("13812345678"), "1", 0.9)
    assert "138" not in (tmp_path / LEDGER).read_text(encoding="utf-8").replace('"0.', "")
