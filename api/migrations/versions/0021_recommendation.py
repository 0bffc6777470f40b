"""Whether a customer would recommend the company, 0 to 10."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("recommend", sa.Integer(), nullable=True))
    op.add_column("conversations", sa.Column("recommend_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_conversations_recommend_at"), "conversations", ["recommend_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_conversations_recommend_at"), table_name="conversations")
    op.drop_column("conversations", "recommend_at")
    op.drop_column("conversations", "recommend")
