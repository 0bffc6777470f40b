"""The decisions are numbered, each with a number of its own."""

from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"


def test_no_two_decisions_have_one_number() -> None:
    numbers = Counter(path.name[:4] for path in FOLDER.glob("*.md"))
    assert [number for number, count in numbers.items() if count > 1] == []
    assert sorted(numbers) == [f"{number:04}" for number in range(1, len(numbers) + 1)]
