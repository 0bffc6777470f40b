"""What a replaced version of a law leaves to do: each entry that rested on it, and where it stands now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge_base.editing.drafts import save_edits, submit
from knowledge_base.editing.impact import resting_on
from knowledge_base.editing.law_changes import LawReplacementRow
from knowledge_base.editing.repository import (
    find_entry,
    find_revisions,
    head_entries,
    newest_number,
    snapshot_entries,
)
from knowledge_base.editing.tables import SnapshotRow
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.errors import InvalidInputError, NotFoundError
from knowledge_base.types import Entry, LegalBasis

WorkState = Literal["open", "draft", "in_review", "done", "retired"]
"""Rests on the old version still; moved in a draft; waits for review; published anew; taken away."""


@dataclass(frozen=True, slots=True)
class LawWork:
    """One entry that rested on the old version when it was marked as replaced.

    Attributes:
        entry: Its newest revision.
        bases: The provisions of the old version that it rested on.
    """

    entry: Entry
    bases: tuple[LegalBasis, ...]
    state: WorkState

    @property
    def is_done(self) -> bool:
        """Tell whether nobody has to look at it any more."""
        return self.state in ("done", "retired")


def law_work(session: Session, law: str, version: str) -> tuple[LawWork, ...]:
    """Return all that rested on a version when it was marked as replaced, by id.

    Raises:
        NotFoundError: The version was not marked as replaced here.
    """
    query = select(LawReplacementRow).where(
        LawReplacementRow.law == law, LawReplacementRow.version == version
    )
    row = session.scalars(query).first()
    if row is None:
        raise NotFoundError(f"{law!r} version {version!r} was not marked as replaced.")
    before = select(func.max(SnapshotRow.number)).where(SnapshotRow.created_at < row.recorded_at)
    number = session.scalar(before) or newest_number(session)
    rested = {
        one.entry.id: one.bases for one in resting_on(snapshot_entries(session, number), law, "", version)
    }
    heads = head_entries(session, ["draft", "in_review", "published", "retired"])
    rested |= {
        one.entry.id: one.bases
        for one in resting_on([e for e in heads if e.status != "retired"], law, "", version)
    }
    found = {entry.id: entry for entry in heads if entry.id in rested}
    rows = find_revisions(session, {entry.id: entry.revision for entry in found.values()})
    return tuple(
        LawWork(entry, rested[entry.id], _state(entry, law, version, retires=rows[entry.id].retires))
        for entry in found.values()
    )


def _state(entry: Entry, law: str, version: str, *, retires: bool) -> WorkState:
    if entry.status == "retired":
        return "retired"
    if not retires and resting_on([entry], law, "", version):
        return "open"
    if entry.status == "published":
        return "done"
    return "in_review" if entry.status == "in_review" else "draft"


def keep_with(
    session: Session,
    entry_id: str,
    based_on: int,
    old: LegalBasis,
    version: str,
    articles: Mapping[str, str],
    deed: Deed,
) -> int:
    """Let an entry rest on another version of a law, and hand it to review; return its new revision.

    Args:
        session: A transaction.
        entry_id: The entry.
        based_on: The revision that was looked at.
        old: The law and its old version.
        version: The version that it rests on from now on.
        articles: The new number of each article that has another one there.
        deed: Who, why, when.

    Raises:
        NotFoundError: There is no such entry.
        InvalidInputError: It does not rest on the old version.
        StaleEditError: Somebody saved a newer revision.
    """
    entry = find_entry(session, entry_id)
    if entry is None:
        raise NotFoundError(f"There is no entry {entry_id!r}.")
    if not resting_on([entry], old.law, "", old.version):
        raise InvalidInputError(f"{entry_id!r} does not rest on {old.law} {old.version} any more.")
    moved = tuple(_moved(basis, old, version, articles) for basis in entry.legal_basis)
    saved = save_edits(session, [Edit(replace(entry, legal_basis=moved, status="published"), based_on)], deed)
    submit(session, saved.changed, deed)
    return entry.revision + 1


def _moved(basis: LegalBasis, old: LegalBasis, version: str, articles: Mapping[str, str]) -> LegalBasis:
    if (basis.law, basis.version) != (old.law, old.version):
        return basis
    return replace(basis, version=version, article=articles.get(basis.article, basis.article))


def retire_for(session: Session, entry_id: str, based_on: int, deed: Deed) -> None:
    """Ask to take an entry away, and hand that to review.

    Raises:
        NotFoundError: There is no such entry.
        StaleEditError: Somebody saved a newer revision.
    """
    entry = find_entry(session, entry_id)
    if entry is None:
        raise NotFoundError(f"There is no entry {entry_id!r}.")
    saved = save_edits(session, [Edit(replace(entry, status="retired"), based_on)], deed)
    submit(session, saved.changed, deed)
