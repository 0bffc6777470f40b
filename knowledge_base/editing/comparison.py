"""Compares states: drafts with what is published, and one snapshot with another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from knowledge_base.editing.diffs import diff_entries, diff_lines
from knowledge_base.editing.repository import (
    find_revisions,
    find_snapshot,
    head_entries,
    published_entries,
    snapshot_entries,
)
from knowledge_base.errors import InvalidInputError
from knowledge_base.types import Entry


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that differs; None where it is not there before or after."""

    before: Entry | None
    after: Entry | None

    @property
    def entry_id(self) -> str:
        """Return the entry's id."""
        entry = self.after or self.before
        return entry.id if entry else ""

    def lines(self) -> tuple[str, ...]:
        """Return it for people to read."""
        return diff_lines(self.before, self.after)

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        both = diff_entries(self.before, self.after) if self.before and self.after else ()
        return {
            "entry_id": self.entry_id,
            "before": self.before.revision if self.before else None,
            "after": self.after.revision if self.after else None,
            "fields": [field.to_dict() for field in both],
        }


def compare_drafts(session: Session) -> tuple[Difference, ...]:
    """Return what publishing all drafts would change, by id."""
    published = {entry.id: entry for entry in published_entries(session)}
    drafts = head_entries(session, ["draft", "in_review"])
    rows = find_revisions(session, {entry.id: entry.revision for entry in drafts})
    pairs = ((published.get(e.id), None if rows[e.id].retires else e) for e in drafts)
    return tuple(Difference(before, after) for before, after in pairs if before or after)


def compare_snapshots(session: Session, older: int, newer: int) -> tuple[Difference, ...]:
    """Return what differs between two snapshots, by id.

    Raises:
        InvalidInputError: One of them does not exist.
    """
    for number in (older, newer):
        if find_snapshot(session, number) is None:
            raise InvalidInputError(f"There is no snapshot {number}. See: baowen kb snapshots.")
    before, after = (_by_id(snapshot_entries(session, number)) for number in (older, newer))
    ids = sorted(before.keys() | after.keys())
    return tuple(Difference(before.get(i), after.get(i)) for i in ids if before.get(i) != after.get(i))


def _by_id(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {entry.id: entry for entry in entries}
