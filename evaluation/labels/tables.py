"""Tables of labelling. Who did something is an opaque ``actor``; texts are masked."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge_base.database import Base


class LabelSetRow(Base):
    """Questions that are labelled together; each gets ``wanted`` labels of different people."""

    __tablename__ = "label_sets"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(20))
    wanted: Mapped[int]
    actor: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[dt.datetime]


class LabelQuestionRow(Base):
    """One question of a set, in its place.

    Attributes:
        given: Labels that it has; kept here so that the next question and the progress of a large
            set are found by an index.
        differs: Its labels do not all mean the same.
    """

    __tablename__ = "label_questions"
    __table_args__ = (
        Index("ix_label_questions_set_row", "set_id", "row_id", unique=True),
        Index("ix_label_questions_set_given", "set_id", "given", "place", "differs"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    set_id: Mapped[str] = mapped_column(ForeignKey("label_sets.id", ondelete="CASCADE"))
    place: Mapped[int]
    row_id: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    history: Mapped[list[str]] = mapped_column(JSON)
    channel: Mapped[str] = mapped_column(String(40))
    product: Mapped[str] = mapped_column(String(40))
    extra: Mapped[dict[str, Any]] = mapped_column(JSON)
    given: Mapped[int] = mapped_column(default=0)
    differs: Mapped[bool] = mapped_column(default=False)


class _Labelled:
    """What a label and a decision have in common."""

    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(20))
    intent: Mapped[str] = mapped_column(String(60))
    queue: Mapped[str | None] = mapped_column(String(30))
    entry_ids: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime]


class LabelRow(_Labelled, Base):
    """The label that one person gave to a question, blind to those of others."""

    __tablename__ = "labels"

    question_id: Mapped[str] = mapped_column(
        ForeignKey("label_questions.id", ondelete="CASCADE"), primary_key=True
    )
    actor: Mapped[str] = mapped_column(String(120), primary_key=True)


class LabelDecisionRow(_Labelled, Base):
    """What counts for a question whose labels differed; ``together``: its labellers agreed on it."""

    __tablename__ = "label_decisions"

    question_id: Mapped[str] = mapped_column(
        ForeignKey("label_questions.id", ondelete="CASCADE"), primary_key=True
    )
    together: Mapped[bool]
