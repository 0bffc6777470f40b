"""Tables of what was measured while serving."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge_base.database import Base


class MeasureDayRow(Base):
    """The sums of a measure on a finished day, by channel, intent and product line (empty: unknown)."""

    __tablename__ = "measure_days"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    intent: Mapped[str] = mapped_column(String(60), primary_key=True)
    product: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    squares: Mapped[int] = mapped_column(BigInteger)


class CountedDayRow(Base):
    """A finished day whose units of a family stand in ``measure_days``.

    ``version`` names the time zone and the way of counting; a day counted otherwise is counted anew.
    """

    __tablename__ = "counted_days"

    family: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    version: Mapped[str] = mapped_column(String(60))
    counted_at: Mapped[dt.datetime]


class AuditBatchRow(Base):
    """A random sample of decisions that people judge; see evaluation/online/audits.py."""

    __tablename__ = "audit_batches"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    since: Mapped[dt.datetime]
    until: Mapped[dt.datetime]
    half_width: Mapped[float]
    expected: Mapped[float]
    population: Mapped[int]
    seed: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[dt.datetime]


class AuditItemRow(Base):
    """A decision that was drawn, once for ever; ``weight`` is how many it stands for.

    ``place`` orders the queue by chance; ``needed`` is how many people judge it.
    """

    __tablename__ = "audit_items"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    batch_id: Mapped[str] = mapped_column(ForeignKey("audit_batches.id"), index=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decisions.id"), unique=True)
    stratum: Mapped[str] = mapped_column(String(80))
    weight: Mapped[float]
    place: Mapped[int] = mapped_column(index=True)
    needed: Mapped[int]


class AuditJudgementRow(Base):
    """What one person said of a drawn decision."""

    __tablename__ = "audit_judgements"
    __table_args__ = (UniqueConstraint("item_id", "actor"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    item_id: Mapped[str] = mapped_column(ForeignKey("audit_items.id"))
    actor: Mapped[str] = mapped_column(String(120))
    verdict: Mapped[str] = mapped_column(String(20))
    right_entry_id: Mapped[str | None] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(Text)
    at: Mapped[dt.datetime]
