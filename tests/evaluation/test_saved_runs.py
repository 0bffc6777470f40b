"""Files of every format that was released stay readable."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.row_scores import METRIC_NAMES
from evaluation.saved_runs import read_predictions, read_report
from knowledge_base.errors import InvalidInputError

FILES = Path(__file__).parent / "files"
FORMATS = sorted(int(folder.name.removeprefix("format-")) for folder in FILES.glob("format-*"))


def test_a_file_of_every_format_is_kept() -> None:
    from evaluation import predictions
    from evaluation.reports import machine

    assert list(range(1, machine.FORMAT_VERSION + 1)) == FORMATS
    assert predictions.FORMAT_VERSION == machine.FORMAT_VERSION


@pytest.mark.parametrize("version", FORMATS)
def test_every_format_is_read(version: int) -> None:
    folder = FILES / f"format-{version}"
    report, rows = read_report(folder), list(read_predictions(folder))
    assert report["format_version"] == version
    assert report["n"] == len(rows) == 12
    assert report["auto_answer_accuracy"]["value"] == pytest.approx(0.5)
    assert rows == list(read_predictions(folder / "predictions.jsonl"))
    assert {row.action for row in rows} == {"answer", "clarify", "handoff", "decline"}


def test_the_newest_format_says_what_every_metric_is_made_of() -> None:
    folder = FILES / f"format-{FORMATS[-1]}"
    report, rows = read_report(folder), list(read_predictions(folder))
    for name in METRIC_NAMES:
        if "macro" not in name:
            scored = [row.scores[name] for row in rows if name in row.scores]
            assert report[name]["n"] == len(scored)
            assert not scored or report[name]["value"] == pytest.approx(sum(scored) / len(scored))
    assert all(row.question and row.truth["action"] for row in rows)
    assert sum(bool(row.faults) for row in rows) == report["errors"]


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('{"id": "a", "format_version": 99}', "format 99"),
        ('{"id": "a", "format_version": true}', "line 1"),
        ('{"id": "a"}', "line 1"),
        ("[1]", "line 1"),
        ("{", "line 1"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, line: str, cause: str) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InvalidInputError, match=cause):
        list(read_predictions(path))
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_report(tmp_path)
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"format_version": 99}), encoding="utf-8")
    with pytest.raises(InvalidInputError, match="newer version"):
        read_report(report)
