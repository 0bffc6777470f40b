"""Review: comments on revisions, and work in the background."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=120), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id", "revision"],
            ["entry_revisions.entry_id", "entry_revisions.revision"],
            name=op.f("fk_entry_comments_entry_id_entry_revisions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry_comments")),
    )
    op.create_index(op.f("ix_entry_comments_entry_id"), "entry_comments", ["entry_id"])
    op.create_table(
        "knowledge_jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_jobs")),
    )
    op.create_index(op.f("ix_knowledge_jobs_key"), "knowledge_jobs", ["key"])
    op.create_index(op.f("ix_knowledge_jobs_started_at"), "knowledge_jobs", ["started_at"])


def downgrade() -> None:
    op.drop_table("knowledge_jobs")
    op.drop_table("entry_comments")
