"""Facts of gateways: which messages to customers they have taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Subquery, literal, select

from api.channels.settings import Channel
from api.channels.tables import ChannelThreadRow
from assistant.desk.tables import MessageRow
from evaluation.online.facts.family import Family, Scope, flag

PATIENCE = dt.timedelta(minutes=1)
"""What was written so lately may still be on its way."""


def deliveries(channels: Sequence[Channel]) -> Family:
    """Return the facts of the channels that messages are sent to."""
    names = sorted(channel.name for channel in channels if channel.callback_url)

    def units(scope: Scope) -> Subquery:
        return (
            select(
                scope.time.day(MessageRow.at).label("day"),
                ChannelThreadRow.channel.label("channel"),
                literal("").label("intent"),
                literal("").label("product"),
                MessageRow.conversation_id.label("ref"),
                flag(MessageRow.seq <= ChannelThreadRow.delivered_seq).label("channel_sync"),
            )
            .join(ChannelThreadRow, ChannelThreadRow.conversation_id == MessageRow.conversation_id)
            .where(
                ChannelThreadRow.channel.in_(names),
                MessageRow.author != "customer",
                MessageRow.at >= scope.period.start,
                MessageRow.at < min(scope.period.end, scope.now - PATIENCE),
            )
            .subquery()
        )

    return Family("deliveries", units, ("channel_sync",), "conversation")
