"""Gateways: the conversation of each sender, what was delivered, and requests seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channel_threads",
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("delivered_seq", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_channel_threads_conversation_id_conversations"),
        ),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_channel_threads")),
        sa.UniqueConstraint("channel", "sender", name=op.f("uq_channel_threads_channel")),
    )
    op.create_index("ix_channel_threads_due", "channel_threads", ["channel", "next_try_at"])
    op.create_table(
        "channel_requests",
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "request_id", name=op.f("pk_channel_requests")),
    )
    op.create_index(op.f("ix_channel_requests_at"), "channel_requests", ["at"])


def downgrade() -> None:
    op.drop_table("channel_requests")
    op.drop_table("channel_threads")
