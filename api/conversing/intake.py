"""Asks, while a complaint waits for its agent, what happened, when, and what is wanted."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from assistant.desk.complaint_intake import add_intake, complaint_of, missing
from assistant.desk.conversations import append
from assistant.desk.exchange import Settle
from assistant.desk.tables import ConversationRow
from assistant.desk.types import Message, NewMessage
from knowledge_base.errors import InvalidInputError


def take_in(desk: Desk) -> Settle:
    """Return what keeps a waiting customer's message with the complaint, and asks for what is missing."""

    def settle(session: Session, row: ConversationRow, stored: Message, now: dt.datetime) -> None:
        complaint = complaint_of(session, row.id) if row.state == "waiting" else None
        asked = missing(complaint) if complaint else ()
        if complaint is None or not asked:
            return
        try:
            add_intake(session, complaint.number, asked[0], stored.text)
        except InvalidInputError:  # too long for the record: it stands in the conversation
            return
        left = missing(complaint)
        name = f"ask_{left[0]}" if left else "complete"
        text = desk.notices.text(name, "complaint", number=complaint.number)
        append(session, row, NewMessage("system", text, kind="notice"), now)

    return settle
