"""Variants that were proposed for an entry, and what an editor said to each: never asked twice."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge_base.database import Base, take_edit_lock
from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.repository import find_entry
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.errors import InvalidInputError, NotFoundError
from knowledge_base.personal_data import LABELS, has_personal_data
from knowledge_base.search.text import normalize
from knowledge_base.types import Entry


class SettledVariantRow(Base):
    """What an editor said to a proposed variant: accepted or rejected. ``text`` is masked."""

    __tablename__ = "settled_variants"

    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"), primary_key=True)
    text_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(120))
    settled_at: Mapped[dt.datetime]


def variant_key(text: str) -> str:
    """Return what stands for a proposed text: the hash of its normalised form."""
    return hashlib.sha256(normalize(text).encode()).hexdigest()


def settled_variants(session: Session, ids: Collection[str]) -> frozenset[tuple[str, str]]:
    """Return (entry id, key) of all that editors said something to, of these entries."""
    found = select(SettledVariantRow.entry_id, SettledVariantRow.text_key)
    return frozenset((entry_id, key) for entry_id, key in session.execute(found) if entry_id in ids)


def accept_variant(session: Session, entry_id: str, proposed: str, text: str, deed: Deed) -> int:
    """Add a variant to the entry's newest text, as a draft; return its revision.

    Args:
        session: A transaction.
        entry_id: The entry.
        proposed: The text that was proposed.
        text: The variant, which the editor may have mended.
        deed: Who, why, when.

    Raises:
        NotFoundError: There is no such entry.
        InvalidInputError: The entry is retired, or the text is empty or holds personal data.
    """
    take_edit_lock(session)
    entry = _require(session, entry_id)
    if entry.status == "retired":
        raise InvalidInputError(f"Entry {entry_id!r} is retired and takes no variants. Save it again first.")
    if not normalize(text):
        raise InvalidInputError("The variant is empty. Write the question as a customer asks it.")
    if has_personal_data(text) or LABELS.search(text):
        raise InvalidInputError("The variant holds personal data, or its mask. Reword it without.")
    if normalize(text) not in {normalize(one) for one in entry.questions}:
        changed = replace(entry, variants=(*entry.variants, text), status="draft")
        save_edits(session, [Edit(changed, entry.revision)], deed)
    _settle(session, entry_id, proposed, "accepted", deed)
    newest = _require(session, entry_id)
    return newest.revision


def reject_variant(session: Session, entry_id: str, proposed: str, deed: Deed) -> None:
    """Remember that a text is no variant of an entry.

    Raises:
        NotFoundError: There is no such entry.
    """
    take_edit_lock(session)
    _require(session, entry_id)
    _settle(session, entry_id, proposed, "rejected", deed)


def forget_rejection(session: Session, entry_id: str, proposed: str) -> None:
    """Let a rejected text be proposed again; nothing happens where it was not rejected."""
    row = session.get(SettledVariantRow, (entry_id, variant_key(proposed)))
    if row and row.outcome == "rejected":
        session.delete(row)


def _require(session: Session, entry_id: str) -> Entry:
    entry = find_entry(session, entry_id)
    if entry is None:
        raise NotFoundError(f"There is no entry {entry_id[:120]!r}. Load the proposals again.")
    return entry


def _settle(session: Session, entry_id: str, proposed: str, outcome: str, deed: Deed) -> None:
    row = SettledVariantRow(
        entry_id=entry_id,
        text_key=variant_key(proposed),
        text=proposed,
        outcome=outcome,
        actor=deed.actor,
        settled_at=deed.at,
    )
    session.merge(row)
    session.flush()
