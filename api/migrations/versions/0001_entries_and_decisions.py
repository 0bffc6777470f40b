"""Entries and decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "content_state",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_content_state")),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("script", sa.String(length=4), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("queue", sa.String(length=30), nullable=True),
        sa.Column("entry_id", sa.String(length=120), nullable=True),
        sa.Column("entry_revision", sa.Integer(), nullable=True),
        sa.Column("kb_version", sa.String(length=12), nullable=False),
        sa.Column("bundle_version", sa.String(length=12), nullable=False),
        sa.Column("thresholds_version", sa.String(length=40), nullable=False),
        sa.Column("elapsed_ms", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_action"), "decisions", ["action"], unique=False)
    op.create_index(op.f("ix_decisions_decided_at"), "decisions", ["decided_at"], unique=False)
    op.create_index(op.f("ix_decisions_entry_id"), "decisions", ["entry_id"], unique=False)
    op.create_index(op.f("ix_decisions_intent"), "decisions", ["intent"], unique=False)
    op.create_table(
        "entries",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("short_answer", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("legal_basis", sa.JSON(), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("related", sa.JSON(), nullable=False),
        sa.Column("shipped_hash", sa.String(length=64), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    op.create_index(op.f("ix_entries_intent"), "entries", ["intent"], unique=False)
    op.create_index(op.f("ix_entries_status"), "entries", ["status"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_entries_status"), table_name="entries")
    op.drop_index(op.f("ix_entries_intent"), table_name="entries")
    op.drop_table("entries")
    op.drop_index(op.f("ix_decisions_intent"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_entry_id"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_decided_at"), table_name="decisions")
    op.drop_index(op.f("ix_decisions_action"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_table("content_state")
