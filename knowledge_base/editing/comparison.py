"""Compares states: drafts with what is published, and one snapshot with another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from knowledge_base.editing.diffs import diff_entries, diff_lines
from knowledge_base.editing.repository import (
    find_revisions,
    find_snapshot,
    head_entries,
    published_entries,
    revision_to_entry,
    snapshot_revisions,
)
from knowledge_base.errors import NotFoundError
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


def differing(session: Session, older: int, newer: int) -> tuple[str, ...]:
    """Return the ids of entries that differ between two snapshots, in their order.

    Raises:
        NotFoundError: One of them does not exist.
    """
    before, after = (_revisions(session, number) for number in (older, newer))
    return tuple(sorted(i for i in before.keys() | after.keys() if before.get(i) != after.get(i)))


def compare_snapshots(
    session: Session, older: int, newer: int, ids: Collection[str] | None = None
) -> tuple[Difference, ...]:
    """Return what differs between two snapshots, by id.

    Args:
        session: Where to read.
        older: The number of one; 0 stands for nothing at all.
        newer: The number of the other.
        ids: Only these entries; None takes all that differ.

    Raises:
        NotFoundError: One of them does not exist.
    """
    wanted = differing(session, older, newer) if ids is None else sorted(ids)
    before, after = (_texts(session, number, wanted) for number in (older, newer))
    return tuple(Difference(before.get(i), after.get(i)) for i in wanted)


def _revisions(session: Session, number: int) -> dict[str, int]:
    if number and find_snapshot(session, number) is None:
        raise NotFoundError(f"There is no snapshot {number}. See: baowen kb snapshots.")
    return snapshot_revisions(session, number)


def _texts(session: Session, number: int, ids: Collection[str]) -> dict[str, Entry]:
    held = _revisions(session, number)
    rows = find_revisions(session, {i: held[i] for i in ids if i in held})
    return {entry_id: revision_to_entry(row, "published") for entry_id, row in rows.items()}
