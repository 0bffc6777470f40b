"""Questions that people label, their labels and decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def _labelled() -> list[sa.Column[object]]:
    return [
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("intent", sa.String(60), nullable=False),
        sa.Column("queue", sa.String(30), nullable=True),
        sa.Column("entry_ids", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
    ]


def _of_question(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_question_id_label_questions")
    return sa.ForeignKeyConstraint(["question_id"], ["label_questions.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "label_sets",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_sets")),
    )
    op.create_table(
        "label_questions",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("set_id", sa.String(32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.String(120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("product", sa.String(40), nullable=False),
        sa.Column("extra", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"],
            ["label_sets.id"],
            name=op.f("fk_label_questions_set_id_label_sets"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_questions")),
    )
    op.create_index("ix_label_questions_set_row", "label_questions", ["set_id", "row_id"], unique=True)
    op.create_table(
        "labels",
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        *_labelled(),
        _of_question("labels"),
        sa.PrimaryKeyConstraint("question_id", "actor", name=op.f("pk_labels")),
    )
    op.create_table(
        "label_decisions",
        sa.Column("question_id", sa.String(32), nullable=False),
        sa.Column("actor", sa.String(120), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        *_labelled(),
        _of_question("label_decisions"),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_label_decisions")),
    )


def downgrade() -> None:
    for table in ("label_decisions", "labels", "label_questions", "label_sets"):
        op.drop_table(table)
