"""Tables of the knowledge base."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge_base.database import Base


class EntryRow(Base):
    """The present state of an entry.

    ``shipped_hash`` is the hash of the shipped version this entry came from, or
    empty for an entry written here; ``edited`` tells that someone changed it, so
    that a newer release leaves it alone.
    """

    __tablename__ = "entries"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    intent: Mapped[str] = mapped_column(String(60), index=True)
    status: Mapped[str] = mapped_column(String(20), index=True)
    revision: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    short_answer: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    variants: Mapped[list[str]] = mapped_column(JSON)
    legal_basis: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    channels: Mapped[list[str]] = mapped_column(JSON)
    products: Mapped[list[str]] = mapped_column(JSON)
    related: Mapped[list[str]] = mapped_column(JSON)
    shipped_hash: Mapped[str] = mapped_column(String(64), default="")
    edited: Mapped[bool] = mapped_column(default=False)


class ContentStateRow(Base):
    """Which shipped content the database holds: one row, named ``shipped``."""

    __tablename__ = "content_state"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[dt.datetime]
