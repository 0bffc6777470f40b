"""What a customer says of the service, and what follows from it."""

from __future__ import annotations

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.conversing.handing_over import hand_over, plain_handover
from api.conversing.telling import tell
from assistant.desk.follow_ups import answer_follow_up
from assistant.desk.signals import signal
from assistant.desk.states import OPEN
from assistant.desk.tables import ConversationRow
from assistant.desk.tickets import CUSTOMER
from assistant.desk.types import TicketReason
from knowledge_base.personal_data import mask_where_needed


class Rating(BaseModel):
    """The answer to the survey."""

    model_config = ConfigDict(extra="forbid")

    score: int = Field(ge=1, le=5)
    resolved: bool
    comment: str = Field(default="", max_length=1000)


def rate(session: Session, desk: Desk, row: ConversationRow, rating: Rating, now: dt.datetime) -> None:
    """Keep a rating of a locked conversation; given again, the last one counts.

    It answers a follow-up that is due. A customer whose question is not solved goes to people,
    unless people have it already.
    """
    row.rating, row.rated_solved, row.rated_at = rating.score, rating.resolved, now
    row.rating_comment = mask_where_needed(rating.comment) or None
    row.changed_at = now
    signal(session, f"conversation:{row.id}")
    asked = answer_follow_up(session, row.id, now, solved=rating.resolved, actor=CUSTOMER)
    if not rating.resolved and row.state not in OPEN:
        reason: TicketReason = "unsolved" if row.state == "closed" else "asked_for_person"
        reason = "follow_up" if asked else reason
        ticket = hand_over(session, desk, row, plain_handover(session, row, reason), now)
        tell(session, desk, row, "unsolved", now, queue=desk.queue_name(ticket.queue))
