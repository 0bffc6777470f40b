"""The first reply is read from the messages; what tickets kept of it was never read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("tickets", "first_reply_at")


def downgrade() -> None:
    op.add_column("tickets", sa.Column("first_reply_at", sa.DateTime(timezone=True), nullable=True))
