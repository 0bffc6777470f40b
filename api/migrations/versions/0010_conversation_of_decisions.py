"""A decision knows its conversation and the product line it is about, for measures by both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decisions", sa.Column("conversation_id", sa.String(length=32), nullable=True))
    op.add_column("decisions", sa.Column("product", sa.String(length=40), nullable=True))
    op.execute(
        "UPDATE decisions SET conversation_id = messages.conversation_id FROM messages "
        "WHERE messages.decision_id = decisions.id"
    )
    op.create_index("ix_decisions_conversation_id", "decisions", ["conversation_id", "decided_at"])


def downgrade() -> None:
    op.drop_index("ix_decisions_conversation_id", table_name="decisions")
    op.drop_column("decisions", "product")
    op.drop_column("decisions", "conversation_id")
