"""Random samples of decisions that people judge."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_batches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("half_width", sa.Double(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_batches")),
    )
    op.create_table(
        "audit_items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("decision_id", sa.String(length=32), nullable=False),
        sa.Column("stratum", sa.String(length=80), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["audit_batches.id"], name=op.f("fk_audit_items_batch_id_audit_batches")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decisions.id"], name=op.f("fk_audit_items_decision_id_decisions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_items")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_audit_items_decision_id")),
    )
    op.create_index(op.f("ix_audit_items_batch_id"), "audit_items", ["batch_id"])
    op.create_index(op.f("ix_audit_items_place"), "audit_items", ["place"])
    op.create_table(
        "audit_judgements",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("item_id", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("right_entry_id", sa.String(length=120), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["audit_items.id"], name=op.f("fk_audit_judgements_item_id_audit_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_judgements")),
        sa.UniqueConstraint("item_id", "actor", name=op.f("uq_audit_judgements_item_id")),
    )


def downgrade() -> None:
    op.drop_table("audit_judgements")
    op.drop_table("audit_items")
    op.drop_table("audit_batches")
