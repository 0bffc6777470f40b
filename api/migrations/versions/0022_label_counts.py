"""Each question to label keeps how many labels it has and whether they differ."""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_QUESTIONS = "label_questions"
_COUNT = sa.text(
    "UPDATE label_questions SET given = "
    "(SELECT count(*) FROM labels WHERE labels.question_id = label_questions.id)"
)


def upgrade() -> None:
    op.add_column(_QUESTIONS, sa.Column("given", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(_QUESTIONS, sa.Column("differs", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_label_questions_set_given", _QUESTIONS, ["set_id", "given", "place", "differs"])
    op.execute(_COUNT)
    _note_differences(op.get_bind())


def downgrade() -> None:
    op.drop_index("ix_label_questions_set_given", table_name=_QUESTIONS)
    op.drop_column(_QUESTIONS, "differs")
    op.drop_column(_QUESTIONS, "given")


def _note_differences(connection: sa.Connection) -> None:
    names = ("question_id", "action", "intent", "queue", "entry_ids")
    labels = sa.table(
        "labels", *(sa.column(name, sa.JSON if name == "entry_ids" else None) for name in names)
    )
    rows = connection.execute(sa.select(labels).order_by(labels.c.question_id)).all()
    differing = [
        {"wanted": question_id}
        for question_id, given in groupby(rows, key=lambda row: row.question_id)
        if len({_meaning(row) for row in given}) > 1
    ]
    if differing:
        questions = sa.table(_QUESTIONS, sa.column("id"), sa.column("differs", sa.Boolean))
        found = questions.c.id == sa.bindparam("wanted")
        connection.execute(sa.update(questions).where(found).values(differs=True), differing)


def _meaning(row: sa.Row[tuple[object, ...]]) -> tuple[object, ...]:
    entries = frozenset(row.entry_ids) if row.action == "answer" else frozenset()
    return row.action, row.intent, row.queue, entries
