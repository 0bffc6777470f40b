"""Candidates on trial, what they and the champion decided, and which bundle is in use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "candidates",
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("champion", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("started_by", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("gate", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_candidates")),
    )
    op.create_index(op.f("ix_candidates_state"), "candidates", ["state"])
    op.create_table(
        "paired_decisions",
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("candidate", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("arm", sa.String(length=10), nullable=False),
        sa.Column("champion_action", sa.String(length=20), nullable=False),
        sa.Column("champion_entry_id", sa.String(length=120), nullable=True),
        sa.Column("champion_queue", sa.String(length=30), nullable=True),
        sa.Column("champion_confidence", sa.Double(), nullable=False),
        sa.Column("candidate_action", sa.String(length=20), nullable=False),
        sa.Column("candidate_entry_id", sa.String(length=120), nullable=True),
        sa.Column("candidate_queue", sa.String(length=30), nullable=True),
        sa.Column("candidate_confidence", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_paired_decisions")),
    )
    for column in ("candidate", "conversation_id"):
        op.create_index(op.f(f"ix_paired_decisions_{column}"), "paired_decisions", [column])
    op.create_table(
        "bundle_uses",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("before_version", sa.String(length=12), nullable=False),
        sa.Column("before_folder", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_uses")),
    )


def downgrade() -> None:
    for table in ("bundle_uses", "paired_decisions", "candidates"):
        op.drop_table(table)
