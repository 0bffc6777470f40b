"""Tables of gateways: who writes through them, what was delivered, and requests seen."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from knowledge_base.database import Base


class ChannelThreadRow(Base):
    """The one lasting conversation of a gateway's sender, and how far it was delivered."""

    __tablename__ = "channel_threads"
    __table_args__ = (
        UniqueConstraint("channel", "sender"),
        Index("ix_channel_threads_due", "channel", "next_try_at"),
    )

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    sender: Mapped[str] = mapped_column(String(200))
    delivered_seq: Mapped[int]
    failures: Mapped[int]
    next_try_at: Mapped[dt.datetime]


class ChannelRequestRow(Base):
    """The id of a signed request, kept as long as its signature is good, so that none comes twice."""

    __tablename__ = "channel_requests"

    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    request_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
