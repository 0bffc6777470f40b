"""What editors said to proposed variants."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settled_variants",
        sa.Column("entry_id", sa.String(length=120), nullable=False),
        sa.Column("text_key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entries.id"], name=op.f("fk_settled_variants_entry_id_entries")
        ),
        sa.PrimaryKeyConstraint("entry_id", "text_key", name=op.f("pk_settled_variants")),
    )


def downgrade() -> None:
    op.drop_table("settled_variants")
