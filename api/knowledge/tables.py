"""The table of what takes seconds and is asked for on the knowledge pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge_base.database import Base


class JobRow(Base):
    """Work in the background, as every process of the service sees it.

    ``key`` is the hash of what was asked for: the same asked again is the same job. ``beat_at``
    moves while its process lives; ``state`` is running, done or failed.
    """

    __tablename__ = "knowledge_jobs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(64), index=True)
    actor: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    done: Mapped[int]
    total: Mapped[int]
    started_at: Mapped[dt.datetime] = mapped_column(index=True)
    beat_at: Mapped[dt.datetime]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON)
