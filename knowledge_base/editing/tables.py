"""Tables of the knowledge base.

Revisions, changes and snapshots are only ever added to; ``entries`` alone says
where each entry stands now. See docs/decisions/0017-numbered-snapshots.md.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge_base.database import Base


class EntryRow(Base):
    """Where an entry stands: its newest revision and what became of it.

    ``shipped_hash`` is the hash of the shipped version this entry came from, or
    empty for an entry written here; ``edited`` tells that someone changed it, so
    that a newer release leaves it alone.
    """

    __tablename__ = "entries"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    revision: Mapped[int]
    status: Mapped[str] = mapped_column(String(20), index=True)
    shipped_hash: Mapped[str] = mapped_column(String(64), default="")
    edited: Mapped[bool] = mapped_column(default=False)


class RevisionRow(Base):
    """What an entry says in one revision; never changed once written.

    ``retires`` marks a revision that takes the entry away when it is published.
    """

    __tablename__ = "entry_revisions"

    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    author: Mapped[str] = mapped_column(String(120))
    retires: Mapped[bool] = mapped_column(default=False)
    entry_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    intent: Mapped[str] = mapped_column(String(60), index=True)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    short_answer: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    variants: Mapped[list[str]] = mapped_column(JSON)
    legal_basis: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    channels: Mapped[list[str]] = mapped_column(JSON)
    products: Mapped[list[str]] = mapped_column(JSON)
    related: Mapped[list[str]] = mapped_column(JSON)


class SnapshotRow(Base):
    """One published state: who published it, when and why, and the hash of all it holds."""

    __tablename__ = "snapshots"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content_hash: Mapped[str] = mapped_column(String(64))
    entry_count: Mapped[int]
    actor: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text)
    forced: Mapped[bool] = mapped_column(default=False)


class SnapshotChangeRow(Base):
    """What a snapshot changes against the one before it; no revision means taken away."""

    __tablename__ = "snapshot_changes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entry_id", "revision"], ["entry_revisions.entry_id", "entry_revisions.revision"]
        ),
    )

    entry_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    snapshot: Mapped[int] = mapped_column(
        ForeignKey("snapshots.number"), primary_key=True, autoincrement=False
    )
    revision: Mapped[int | None]


class ChangeRow(Base):
    """One thing done to an entry: by whom, when, why, and what it changed in the text."""

    __tablename__ = "entry_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(ForeignKey("entries.id"), index=True)
    revision: Mapped[int]
    action: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text)
    snapshot: Mapped[int | None] = mapped_column(ForeignKey("snapshots.number"))
    diff: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class CommentRow(Base):
    """What somebody said of a revision of an entry, for those who work on it."""

    __tablename__ = "entry_comments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["entry_id", "revision"], ["entry_revisions.entry_id", "entry_revisions.revision"]
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(120), index=True)
    revision: Mapped[int]
    actor: Mapped[str] = mapped_column(String(120))
    said_at: Mapped[dt.datetime]
    text: Mapped[str] = mapped_column(Text)


class ScheduledPublishRow(Base):
    """Revisions that were approved to be published on a day to come.

    ``state`` is waiting, done, failed or cancelled; ``outcome`` says why it failed,
    or the snapshot it became.
    """

    __tablename__ = "scheduled_publishes"

    id: Mapped[int] = mapped_column(primary_key=True)
    due: Mapped[dt.date]
    revisions: Mapped[dict[str, int]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text)
    forced: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(20), index=True)
    outcome: Mapped[str] = mapped_column(Text)


class ContentStateRow(Base):
    """Which shipped content the database holds: one row, named ``shipped``."""

    __tablename__ = "content_state"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[dt.datetime]
