"""Whether a customer would recommend the company: who is asked, and what they say.

The question follows the rating, stands alone and may be skipped. It is put at most once in a
conversation: who skips it or writes on is not asked again.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from assistant.desk.signals import signal
from assistant.desk.tables import ConversationRow
from knowledge_base.errors import ConflictError


class Recommendation(BaseModel):
    """The answer, from 0 (not at all) to 10 (surely); null skips the question."""

    model_config = ConfigDict(extra="forbid")

    score: int | None = Field(ge=0, le=10, strict=True)


def is_asked(row: ConversationRow, share: float) -> bool:
    """Tell whether the question stands open for the customer of a conversation.

    Args:
        row: The conversation.
        share: Share of rated conversations that are asked; a hash of the id decides, so that
            all processes and later looks agree.
    """
    rated = row.state == "closed" and row.rated_at is not None
    # Rated before it was closed anew: the question was put then.
    stale = bool(row.rated_at and row.closed_at and row.rated_at < row.closed_at)
    return rated and not stale and row.recommend_at is None and _draw(row.id) < share


def recommend(session: Session, row: ConversationRow, said: Recommendation, now: dt.datetime) -> None:
    """Keep the answer of a locked conversation; given again, the last one counts.

    Raises:
        ConflictError: The conversation was not rated.
    """
    if row.rated_at is None:
        raise ConflictError("The conversation is not rated yet: the question follows the rating.")
    row.recommend, row.recommend_at, row.changed_at = said.score, now, now
    signal(session, f"conversation:{row.id}")


def _draw(conversation_id: str) -> float:
    digest = hashlib.sha256(f"recommend {conversation_id}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
