"""The predictions file: its fields, and that it is written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.predictions import prediction_line, write_predictions
from evaluation.runner import run_cases
from evaluation.types import CaseResult
from knowledge_base.errors import InvalidInputError
from tests.evaluation.builders import case, choices, reply, result


def results() -> tuple[CaseResult, ...]:
    offered = choices("surrender")
    return run_cases(
        [case(id="a", text="怎么退保 电话13800138000"), case(id="b")],
        lambda of: reply("clarify", "surrender", "vague", choices=offered),
    )


def test_line() -> None:
    line = prediction_line(results()[0])
    scores = line.pop("scores")
    assert isinstance(scores, dict)
    assert {name: scores[name] for name in ("clarify_rate", "choice_hit_rate", "cost_per_row")} == {
        "clarify_rate": 1.0,
        "choice_hit_rate": 1.0,
        "cost_per_row": 0.0,
    }
    assert "auto_answer_accuracy" not in scores  # it was not answered, so it does not count there
    assert line == {
        "id": "a",
        "action": "clarify",
        "intent": "surrender",
        "ranking": [
            {"intent": "surrender", "probability": 0.7},
            {"intent": "a", "probability": 0.1},
            {"intent": "b", "probability": 0.1},
        ],
        "choices": [{"text": "您想问surrender吗", "intent": "surrender", "entry_id": "surrender.x"}],
        "queue": None,
        "urgency": "normal",
        "entry_id": None,
        "revision": None,
        "text": "您好，可以申请退保。",
        "confidence": 0.8,
        "reason": "vague",
        "candidates": [
            {"entry_id": entry_id, "dense": 0.9, "lexical": 0.5, "fused": 0.7}
            for entry_id in ("surrender.x", "a.b", "c.d")
        ],
        "kb_version": "kb7",
        "bundle_version": "b3",
        "thresholds_version": "t1",
        "elapsed_ms": 12.5,
        "question": "怎么退保 电话[手机号]",
        "truth": {
            "channel": "web",
            "product": "",
            "segment": "",
            "source": "",
            "conversation_id": "",
            "queue": None,
            "score_intent": True,
            "action": "answer",
            "intents": ["surrender"],
            "alt_action": [],
            "tags": [],
            "entry_ids": None,
        },
        "weight": 1.0,
        "faults": [],
        "format_version": 2,
    }


def test_file(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text("old", encoding="utf-8")
    write_predictions(path, results())
    content = path.read_bytes().decode("utf-8")
    assert [json.loads(line)["id"] for line in content.splitlines()] == ["a", "b"]
    assert content.endswith("\n")
    assert "您好" in content
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="JSON compliant"):
        write_predictions(path, [*results(), result(confidence=float("nan"))])
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot be written"):
        write_predictions(tmp_path / "none" / "p.jsonl", results())
    (tmp_path / "folder").mkdir()
    with pytest.raises(InvalidInputError, match="cannot be written"):
        write_predictions(tmp_path / "folder", results())
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
