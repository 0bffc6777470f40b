"""Gates: what passes, what fails with which words, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from evaluation.compare import compare_runs
from evaluation.gate_files import Gate, read_gate
from evaluation.gates import check_gate, figures_of_comparison, figures_of_report
from evaluation.runner import evaluate_cases
from knowledge_base.errors import InvalidInputError
from tests.evaluation.builders import case, reply, result
from tests.evaluation.test_compare import answers, pairing, worsened

DOCS = Path(__file__).parents[2] / "docs" / "evaluation.md"


def gate(**parts: object) -> Gate:
    return Gate.model_validate(parts)


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "gate.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_of_the_docs_is_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.+?)```", DOCS.read_text("utf-8"), re.DOTALL)
    found = read_gate(written(tmp_path, example))
    assert found.regression is not None and found.regression.against == tmp_path / "runs" / "current"
    assert len(found.metrics) == 2 and found.slices[0].part == ("script", "hant")


def test_bounds() -> None:
    """30 of 40 rows right: 75 %, its interval from 59.8 % to 85.8 %."""
    cases = [case(id=str(i), text=f"问{i}", channel="web" if i % 4 else "phone") for i in range(40)]
    report = evaluate_cases(
        cases, lambda of: reply("answer", "surrender" if int(of.id) % 4 else "claim_process")
    )
    name = "intent_accuracy"
    bounds = {"at_least": 0.75, "at_most": 0.75, "low_at_least": 0.59, "high_at_most": 0.86}
    figures = figures_of_report(report)
    assert all(line.passed for line in check_gate(gate(metrics={name: bounds}), figures, None))
    tight = {"at_least": 0.76, "at_most": 0.74, "low_at_least": 0.61, "high_at_most": 0.85}
    failed = check_gate(gate(metrics={name: tight}), figures, None)
    assert [line.passed for line in failed] == [False] * 4
    assert "lower bound 0.59" in failed[2].text and "must be at least 0.61" in failed[2].text
    (unmeasured,) = check_gate(gate(metrics={"decline_recall": {"at_least": 0.1}}), figures, None)
    assert not unmeasured.passed and "no row counts" in unmeasured.text

    def on_phones(**more: object) -> tuple[bool, str]:
        limits = {"where": "channel=phone", "metric": name, "at_least": 0.5} | more
        (line,) = check_gate(gate(slices=[limits]), figures, None)
        return line.passed, line.text

    assert on_phones(least_rows=10) == (
        False,
        "channel=phone: intent_accuracy: 0.0000 of 10 rows, must be at least 0.5",
    )
    few = "channel=phone: only 10 rows, too few for a verdict: at least"
    assert on_phones(least_rows=11) == (True, f"{few} 11")
    assert on_phones() == (True, f"{few} 20")
    with pytest.raises(InvalidInputError, match=r"there are channel=phone, channel=web"):
        on_phones(where="channel=wechat")


def test_a_planted_regression_fails_and_the_same_run_passes() -> None:
    random = np.random.default_rng(5)
    first = answers(0.9, random)
    second = worsened(first, 0.03, random)
    (worse,) = compare_runs(pairing(first, second))
    wanted = gate(regression={})
    lines = check_gate(wanted, figures_of_comparison(worse), worse)
    assert {line.text.split()[0] for line in lines if not line.passed} == {
        "right_rate",
        "auto_answer_accuracy",
    }
    lines = check_gate(gate(regression={"margin": 0.05}), figures_of_comparison(worse), worse)
    assert all(line.passed for line in lines) and "within the margin" in lines[0].text
    (same,) = compare_runs(pairing(first, first))
    everywhere = gate(regression={"slices": True})
    lines = check_gate(everywhere, figures_of_comparison(same), same)
    assert len(lines) > 4 and all(line.passed for line in lines)


def test_slices_of_compared_runs_that_are_few_or_all_rows() -> None:
    cases = [case(id=str(i), text=f"问{i}", channel="web" if i else "phone", source="s") for i in range(30)]
    rows = [result(of) for of in cases]
    (same,) = compare_runs(pairing(rows, rows))

    def line_of(where: str) -> tuple[bool, str]:
        limits = {"where": where, "metric": "answered_share", "at_least": 0.5, "least_rows": 1}
        (line,) = check_gate(gate(slices=[limits]), figures_of_comparison(same), same)
        return line.passed, line.text

    assert line_of("channel=phone") == (
        True,
        "channel=phone: only 1 rows, too few for a verdict: at least 20",
    )
    assert line_of("channel=web")[1].startswith("channel=web: answered_share: 1.0000 of 29 rows")
    assert line_of("source=s")[1].startswith("source=s: answered_share: 1.0000 of 30 rows")
    with pytest.raises(InvalidInputError, match="has no rows; of 'source' there are source=s"):
        line_of("source=t")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[metrics.acuracy]\nat_least = 1", "'acuracy' is unknown; known are auto_answer_accuracy"),
        ("[metrics.top3]", "sets no bound"),
        ("[metrics.top3]\natleast = 1", "metrics.top3.atleast"),
        ('[[slices]]\nwhere = "tag=a"\nmetric = "mrr"\nat_least = 1', "slices.metric: 'mrr' is unknown"),
        (
            '[[slices]]\nwhere = "kind=a"\nmetric = "answered_share"\nat_least = 1',
            "'kind' is unknown; known are channel",
        ),
        ('[regression]\nmetrics = ["f1"]', "regression.metrics: 'f1' is unknown"),
        ("", "sets nothing"),
        ("[metrics", "no TOML"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_is_known(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(said)):
        read_gate(written(tmp_path, text))


def test_a_regression_needs_a_run_to_compare_with() -> None:
    report = evaluate_cases([case()], lambda of: reply("answer", "surrender"))
    with pytest.raises(InvalidInputError, match="set 'against'"):
        check_gate(gate(regression={}), figures_of_report(report), None)
