"""The conversation of a gateway's sender, and the ids of requests that came in."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.channels.settings import Channel
from api.channels.signing import WINDOW
from api.channels.tables import ChannelRequestRow, ChannelThreadRow
from api.conversing.access import customer_id_of
from assistant.desk.conversations import start
from knowledge_base.database import add_unless_known
from knowledge_base.errors import ConflictError


def require_first(session: Session, channel: str, request_id: str, now: dt.datetime) -> None:
    """Note a signed request, or refuse one that came before.

    Raises:
        ConflictError: It is a replay.
    """
    # Whoever replays later than this is refused by the timestamp.
    session.execute(delete(ChannelRequestRow).where(ChannelRequestRow.at < now - 3 * WINDOW))
    if not add_unless_known(session, ChannelRequestRow(channel=channel, request_id=request_id, at=now)):
        raise ConflictError(
            f"Request {request_id!r} came in before. Send a new attempt with a new id and the same client_id."
        )


def conversation_of(
    session: Session,
    channel: Channel,
    sender: str,
    customer: str,
    locale: str,
    segment: str,
    now: dt.datetime,
) -> str:
    """Return the one conversation of a sender, started at their first message.

    Args:
        session: The caller's transaction.
        channel: The gateway's channel.
        sender: The gateway's own name for the person.
        customer: The site's name for them, where the gateway vouches for it; else empty.
        locale: Of a new conversation.
        segment: Of a new conversation.
        now: When the message came in.
    """
    found = select(ChannelThreadRow.conversation_id).where(
        ChannelThreadRow.channel == channel.name, ChannelThreadRow.sender == sender
    )
    known = session.scalars(found).one_or_none()
    if known is None:
        customer_id = customer_id_of(session, channel, customer) if customer else None
        # Nobody is told the token: only the gateway writes here.
        row, _ = start(session, channel.name, now, locale, segment, customer_id)
        thread = ChannelThreadRow(
            conversation_id=row.id,
            channel=channel.name,
            sender=sender,
            delivered_seq=0,
            failures=0,
            next_try_at=now,
        )
        if not add_unless_known(session, thread):  # two first messages at once
            session.delete(row)
        known = session.scalars(found).one()
    return known
