"""Runs of every format become pairs of case and row; labelled rows are written as they are read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from api.labelled_rows import read_labelled
from evaluation.predictions import write_predictions
from evaluation.row_files import row_of, write_rows
from evaluation.row_scores import ROW_SCORES
from evaluation.runs import read_run
from knowledge_base.errors import InvalidInputError
from tests.evaluation.builders import case, choices, read, result

FILES = Path(__file__).parent / "files"


CASES = (
    case(
        id="a", text="=1+1 退保吗\n第二行", entry_ids=(), tags=("short", "x"), history=("你好",), weight=2.5
    ),
    case(id="b", alt_action=("clarify",), intents=("surrender", "claim_process"), extra={"view": "measure"}),
    case(id="c", action="decline", intents=(), score_intent=False, queue=None, channel="phone"),
    case(id="d", action="handoff", queue="claims", entry_ids=("a.b", "c.d"), conversation_id="k", source="s"),
)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".xlsx"])
def test_rows_come_back_as_they_were(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"rows{suffix}"
    write_rows(path, [row_of(one) for one in CASES])
    assert read(path) == CASES


def labels_of(folder: Path, path: Path) -> Path:
    """Write the labelled rows of a run of format 2 to a file."""
    write_rows(path, [row_of(row.case) for row in read_run(folder, read_labelled).rows])
    return path


def test_a_run_of_format_1_is_scored_by_its_labels(tmp_path: Path) -> None:
    """Both formats hold the same run, so that the same comes of them."""
    newer = read_run(FILES / "format-2", read_labelled)
    folder = shutil.copytree(FILES / "format-1", tmp_path / "run")
    with pytest.raises(InvalidInputError, match="no file beside it"):
        read_run(folder, read_labelled)
    labels = labels_of(FILES / "format-2", folder / "labels.csv")
    for data in (None, labels):
        older = read_run(folder, read_labelled, data)
        assert [row.case.id for row in older.rows] == [row.case.id for row in newer.rows]
        for one, other in zip(older.rows, newer.rows, strict=True):
            assert one.right == other.right
            told = {name for name in ROW_SCORES if name in one.saved.scores}
            assert {n: one.saved.scores[n] for n in told} == {n: other.saved.scores[n] for n in told}
            assert other.saved.scores.keys() - told <= {"hit_at_10", "mrr", "ndcg_at_10"}
    shutil.copy(labels, folder / "again.csv")
    with pytest.raises(InvalidInputError, match="2 files fit"):
        read_run(folder, read_labelled)


def test_a_run_says_what_it_was_labelled_with(tmp_path: Path) -> None:
    write_predictions(tmp_path / "p.jsonl", [result(one, choices=choices("surrender")) for one in CASES])
    run = read_run(tmp_path / "p.jsonl", read)
    for row, one in zip(run.rows, CASES, strict=True):
        assert (row.case.intents, row.case.entry_ids, row.case.tags) == (one.intents, one.entry_ids, one.tags)
        assert row.saved.weight == one.weight


def test_what_is_no_whole_run_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text("", "utf-8")
    with pytest.raises(InvalidInputError, match="holds no predictions"):
        read_run(path, read)
    write_predictions(path, [result(CASES[0]), result(CASES[0])])
    with pytest.raises(InvalidInputError, match="two rows of one id"):
        read_run(path, read)
    line = json.loads((FILES / "format-1" / "predictions.jsonl").read_text("utf-8").splitlines()[0])
    path.write_text(json.dumps(line | {"id": "a", "choices": 3}), "utf-8")
    write_rows(tmp_path / "labels.jsonl", [row_of(CASES[0])])
    with pytest.raises(InvalidInputError, match="altered"):
        read_run(path, read)
    path.write_text(json.dumps(line | {"id": "other"}), "utf-8")
    with pytest.raises(InvalidInputError, match="no label, the first 'other'"):
        read_run(path, read, tmp_path / "labels.jsonl")
