"""What changed between two revisions of an entry, for people to read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from knowledge_base.editing.entry_rows import entry_to_dict
from knowledge_base.types import Entry

_UNCOUNTED = frozenset({"id", "revision", "status"})
_SENTENCE = re.compile(r"(?<=[。！？\n])")


@dataclass(frozen=True, slots=True)
class FieldDiff:
    """One field that differs; values are plain data as in a file of entries."""

    field: str
    before: Any
    after: Any

    def to_dict(self) -> dict[str, Any]:
        """Return plain data, as the history keeps it."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield the field's name, then removed (``-``) and added (``+``) items or sentences."""
        yield f"{self.field}:"
        before, after = _pieces(self.before), _pieces(self.after)
        marked = [line for line in difflib.ndiff(before, after) if line[0] in "+-"]
        yield from (f"  {line}" for line in marked)


def _pieces(value: Any) -> list[str]:
    if value in (None, "", []):
        return []
    if isinstance(value, list):
        return [_item(item) for item in value]
    return [piece.rstrip("\n") for piece in _SENTENCE.split(str(value)) if piece.strip()]


def _item(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(str(part) for part in value.values())
    return str(value)


def diff_entries(before: Entry, after: Entry) -> tuple[FieldDiff, ...]:
    """Return the fields that differ; revision and status do not count."""
    old, new = entry_to_dict(before), entry_to_dict(after)
    pairs = ((name, old[name], new[name]) for name in new if name not in _UNCOUNTED)
    return tuple(FieldDiff(*pair) for pair in pairs if _differ(pair[1], pair[2]))


def _differ(one: Any, other: Any) -> bool:
    return (one or None) != (other or None)


def diff_lines(before: Entry | None, after: Entry | None) -> tuple[str, ...]:
    """Return the readable diff of one entry: its id and what happened, then each field.

    Args:
        before: The older text; None for an entry that is new.
        after: The newer text; None for an entry that is taken away.
    """
    if before and after:
        shown = [f"  {line}" for field in diff_entries(before, after) for line in field.lines()]
        return (f"{after.id} (changed)", *shown)
    if after:
        return (f"{after.id} (new): {after.question}",)
    return (f"{before.id} (taken away): {before.question}",) if before else ()
