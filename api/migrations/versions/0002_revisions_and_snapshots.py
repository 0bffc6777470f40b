"""Revisions and snapshots: what stood in ``entries`` becomes the first snapshot."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ACTOR = "release"
REASON = "published before revisions were kept"


def _content_columns(nullable: bool = False) -> list[sa.Column[Any]]:
    texts = (("question", sa.Text()), ("answer", sa.Text()), ("short_answer", sa.Text()))
    lists = ("variants", "legal_basis", "channels", "products", "related")
    return [
        sa.Column("kind", sa.String(length=20), nullable=nullable),
        sa.Column("intent", sa.String(length=60), nullable=nullable),
        *(sa.Column(name, kind, nullable=nullable) for name, kind in texts),
        sa.Column("source", sa.String(length=20), nullable=nullable),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *(sa.Column(name, sa.JSON(), nullable=nullable) for name in lists),
    ]


CONTENT = [column.name for column in _content_columns()]


def upgrade() -> None:
    rows = [dict(row) for row in op.get_bind().execute(sa.select(_table("entries"))).mappings()]
    # Before anything refers to ``entries``: SQLite makes the table anew to drop columns.
    with op.batch_alter_table("entries") as batch:
        batch.drop_index(op.f("ix_entries_intent"))
        for name in CONTENT:
            batch.drop_column(name)
    _create_tables()
    if rows:
        _keep_content(op.get_bind(), rows)


def _create_tables() -> None:
    op.create_table(
        "entry_revisions",
        sa.Column("entry_id", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("retires", sa.Boolean(), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        *_content_columns(),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_entry_revisions_entry_id_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", "revision", name=op.f("pk_entry_revisions")),
    )
    op.create_index(op.f("ix_entry_revisions_intent"), "entry_revisions", ["intent"], unique=False)
    op.create_table(
        "snapshots",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_snapshots")),
    )
    op.create_table(
        "snapshot_changes",
        sa.Column("entry_id", sa.String(length=120), nullable=False),
        sa.Column("snapshot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entry_id", "revision"],
            ["entry_revisions.entry_id", "entry_revisions.revision"],
            name=op.f("fk_snapshot_changes_entry_id_entry_revisions"),
        ),
        sa.ForeignKeyConstraint(
            ["snapshot"], ["snapshots.number"], name=op.f("fk_snapshot_changes_snapshot_snapshots")
        ),
        sa.PrimaryKeyConstraint("entry_id", "snapshot", name=op.f("pk_snapshot_changes")),
    )
    op.create_table(
        "entry_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Integer(), nullable=True),
        sa.Column("diff", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entries.id"], name=op.f("fk_entry_changes_entry_id_entries")),
        sa.ForeignKeyConstraint(
            ["snapshot"], ["snapshots.number"], name=op.f("fk_entry_changes_snapshot_snapshots")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_changes")),
    )
    op.create_index(op.f("ix_entry_changes_entry_id"), "entry_changes", ["entry_id"], unique=False)
    op.create_table(
        "scheduled_publishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("revisions", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("forced", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheduled_publishes")),
    )
    op.create_index(op.f("ix_scheduled_publishes_state"), "scheduled_publishes", ["state"], unique=False)


def _keep_content(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    now = dt.datetime.now(dt.UTC)
    published = [row for row in rows if row["status"] == "published"]
    snapshot = {
        "number": 1,
        "content_hash": _content_hash(published),
        "entry_count": len(published),
        "actor": ACTOR,
        "created_at": now,
        "reason": REASON,
        "forced": True,
    }
    changes = [{"entry_id": row["id"], "snapshot": 1, "revision": row["revision"]} for row in published]
    for name, values in (
        ("entry_revisions", [_revision_of(row) for row in rows]),
        ("snapshots", [snapshot] if published else []),
        ("snapshot_changes", changes),
        ("entry_changes", [_change_of(row, now) for row in rows]),
    ):
        if values:
            connection.execute(sa.insert(_table(name)), values)


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _revision_of(row: dict[str, Any]) -> dict[str, Any]:
    author = "editor" if row["edited"] else ACTOR
    own = {"entry_id": row["id"], "revision": row["revision"], "author": author, "retires": False}
    return {**own, "entry_hash": _entry_hash(row), **{name: row[name] for name in CONTENT}}


def _change_of(row: dict[str, Any], now: dt.datetime) -> dict[str, Any]:
    published = row["status"] == "published"
    return {
        "entry_id": row["id"],
        "revision": row["revision"],
        "action": "published" if published else "saved",
        "actor": "editor" if row["edited"] else ACTOR,
        "changed_at": now,
        "reason": REASON,
        "snapshot": 1 if published else None,
        "diff": [],
    }


def _entry_hash(row: dict[str, Any]) -> str:
    """The hash of an entry at the time of this migration; the application's own may change later."""
    said = {name: row[name] for name in ("id", *CONTENT)}
    for name in ("valid_from", "valid_to"):
        said[name] = row[name].isoformat() if row[name] else None
    said["legal_basis"] = [
        {key: basis[key] for key in ("law", "article", "paragraph", "version") if basis.get(key)}
        for basis in row["legal_basis"]
    ]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _content_hash(rows: Iterable[dict[str, Any]]) -> str:
    lines = sorted(f"{row['id']} {row['revision']} {_entry_hash(row)}" for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def downgrade() -> None:
    """Bring the newest revision of each entry back into ``entries``; the history is lost."""
    rows = _newest_revisions(op.get_bind())
    for name in ("scheduled_publishes", "entry_changes", "snapshot_changes", "snapshots", "entry_revisions"):
        op.drop_table(name)
    with op.batch_alter_table("entries") as batch:
        for column in _content_columns(nullable=True):
            batch.add_column(column)
    entries = _table("entries")
    for row in rows:
        values = {name: row[name] for name in CONTENT}
        op.execute(sa.update(entries).where(entries.c.id == row["entry_id"]).values(values))
    with op.batch_alter_table("entries") as batch:
        for column in _content_columns():
            if not column.nullable:
                batch.alter_column(column.name, existing_type=column.type, nullable=False)
        batch.create_index(op.f("ix_entries_intent"), ["intent"], unique=False)


def _newest_revisions(connection: sa.Connection) -> Sequence[Any]:
    entries, revisions = _table("entries"), _table("entry_revisions")
    newest = (revisions.c.entry_id == entries.c.id) & (revisions.c.revision == entries.c.revision)
    return connection.execute(sa.select(revisions).join(entries, newest)).mappings().all()
