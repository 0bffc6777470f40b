"""policy.py and every types.py import the standard library and our own packages only."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("knowledge_base", "assistant", "evaluation", "training", "api")
PURE = [
    ROOT / "assistant" / "policy.py",
    *(path for package in PACKAGES for path in (ROOT / package).rglob("types.py")),
]


def imported_roots(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_pure(path):
    allowed = set(sys.stdlib_module_names) | set(PACKAGES)
    assert set(imported_roots(path)) <= allowed


def test_there_are_types_in_three_packages():
    assert len(PURE) >= 4


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_over_400_lines_or_named_utils(package):
    for path in (ROOT / package).rglob("*.py"):
        assert path.stem not in {"utils", "helpers", "misc", "common"}, path
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400, path
