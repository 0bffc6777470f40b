"""The wheel holds what serving and retraining need, and no tests."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--quiet",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    with zipfile.ZipFile(next(folder.glob("baowen-*.whl"))) as wheel:
        return wheel.namelist()


@pytest.mark.parametrize(
    "path",
    [
        "knowledge_base/content/taxonomy.yaml",
        "knowledge_base/content/laws.yaml",
        "knowledge_base/content/company.yaml",
        "knowledge_base/content/entries/claims_coverage.yaml",
        "knowledge_base/content/lexicons/terms.txt",
        "assistant/bundle/manifest.json",
        "assistant/bundle/encoder/model.onnx",
        "api/migrations/versions/0001_entries_and_decisions.py",
        "api/migrations/env.py",
        "api/migrations/versions/0006_accounts.py",
        "api/pages/service.html",
        "api/pages/widget/widget.js",
        "api/pages/accounts/people.js",
        "api/pages/shared/tokens.css",
        "training/questions/claims.jsonl",
        "evaluation/datasets/calibration.jsonl",
        "evaluation/datasets/test.jsonl",
    ],
)
def test_holds(names, path):
    assert path in names


def test_holds_no_tests_and_no_rubbish(names):
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/"))]
    assert not [name for name in names if "__pycache__" in name or ".partial" in name]


def test_holds_licence_and_notice(names):
    assert {Path(name).name for name in names if "dist-info" in name} >= {"LICENSE", "NOTICE"}
