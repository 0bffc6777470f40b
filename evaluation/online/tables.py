"""Tables of what was measured while serving."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BigInteger, String
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
