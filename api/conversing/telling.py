"""Tells the customer in the conversation what happened to it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from assistant.desk.conversations import append
from assistant.desk.tables import ConversationRow
from assistant.desk.types import NewMessage


def tell(
    session: Session,
    desk: Desk,
    row: ConversationRow,
    name: str,
    now: dt.datetime,
    agent: str | None = None,
    **values: str,
) -> None:
    """Add a system notice to a locked conversation; ``agent`` is the name of the agent whom it tells of."""
    text = desk.notices.text(name, **values, **({"agent": agent} if agent else {}))
    told = NewMessage("system", text, kind="survey" if name == "survey" else "notice", agent=agent)
    append(session, row, told, now)
