"""Sums of measures by finished day, and indexes for what is counted anew each time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "measure_days",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("product", sa.String(length=40), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("squares", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "measure", "channel", "intent", "product", name=op.f("pk_measure_days")
        ),
    )
    op.create_table(
        "counted_days",
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("family", "day", name=op.f("pk_counted_days")),
    )
    op.create_index(op.f("ix_conversations_closed_at"), "conversations", ["closed_at"])
    op.create_index(op.f("ix_conversations_rated_at"), "conversations", ["rated_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_conversations_rated_at"), table_name="conversations")
    op.drop_index(op.f("ix_conversations_closed_at"), table_name="conversations")
    op.drop_table("counted_days")
    op.drop_table("measure_days")
