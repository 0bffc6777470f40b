"""Sends gateways the messages of their conversations: at least once, in order, until they take them."""

from __future__ import annotations

import datetime as dt
import json
import random
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult

from api.channels.settings import Channel
from api.channels.signing import signed_headers
from api.channels.tables import ChannelThreadRow
from api.conversing.desk import Desk, now
from api.conversing.views import message_view
from assistant.desk.conversations import read_messages, require_conversation
from assistant.desk.tables import ConversationRow
from assistant.desk.types import Message

TIMEOUT_SECONDS = 10.0
LONGEST_PAUSE = dt.timedelta(minutes=10)
_LEASE = dt.timedelta(seconds=25)
"""A process that takes up a conversation has so long; when it is killed, another one goes on then."""
_PAGE = 20
_BATCH = 50

_log = structlog.get_logger(__name__)

Post = Callable[[str, bytes, dict[str, str]], None]
"""Sends a body to an address; raises OSError where it is not taken."""


@dataclass(frozen=True, slots=True)
class _Due:
    conversation_id: str
    sender: str
    delivered_seq: int
    failures: int
    next_try_at: dt.datetime


def deliver_due(desk: Desk, channel: Channel, post: Post) -> int:
    """Send what is due on a channel; return how many conversations were taken up."""
    due = _find_due(desk, channel)
    taken = [one for one in due if _claim(desk, one)]
    for one in taken:
        _deliver(desk, channel, one, post)
    return len(taken)


def post(url: str, body: bytes, headers: dict[str, str]) -> None:
    """Send a body; redirects are not followed, so that it goes nowhere but to the address set.

    Raises:
        OSError: It was not taken with a status of 200 to 299 in time.
    """
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - http(s) by settings
    with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as response:
        response.read(1024)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def _find_due(desk: Desk, channel: Channel) -> list[_Due]:
    found = (
        select(
            ChannelThreadRow.conversation_id,
            ChannelThreadRow.sender,
            ChannelThreadRow.delivered_seq,
            ChannelThreadRow.failures,
            ChannelThreadRow.next_try_at,
        )
        .join(ConversationRow, ConversationRow.id == ChannelThreadRow.conversation_id)
        .where(
            ChannelThreadRow.channel == channel.name,
            ChannelThreadRow.delivered_seq < ConversationRow.last_seq,
            ChannelThreadRow.next_try_at <= now(),
        )
        .order_by(ChannelThreadRow.next_try_at)
        .limit(_BATCH)
    )
    with desk.reading() as session:
        return [_Due(*row) for row in session.execute(found)]


def _claim(desk: Desk, due: _Due) -> bool:
    """Take up a conversation unless another process did; no lock is held while a gateway is asked."""
    mine = update(ChannelThreadRow).where(
        ChannelThreadRow.conversation_id == due.conversation_id,
        ChannelThreadRow.next_try_at == due.next_try_at,
    )
    with desk.live.serving.services.database.transaction() as session:
        result = session.execute(mine.values(next_try_at=now() + _LEASE))
        return isinstance(result, CursorResult) and result.rowcount == 1


def _deliver(desk: Desk, channel: Channel, due: _Due, post: Post) -> None:
    with desk.reading() as session:
        messages = read_messages(session, due.conversation_id, due.delivered_seq, _PAGE)
        state = require_conversation(session, due.conversation_id).state
    done, failed, until = due.delivered_seq, False, now() + _LEASE / 2
    for message in messages:
        if now() > until:  # another message might outlast the lease
            break
        if message.author != "customer" and not _send(channel, due, message, state, post):
            failed = True
            break
        done = message.seq
    failures = due.failures + 1 if failed else 0
    pause = pause_after(failures) if failed else dt.timedelta()
    kept = update(ChannelThreadRow).where(ChannelThreadRow.conversation_id == due.conversation_id)
    with desk.live.serving.services.database.transaction() as session:
        session.execute(kept.values(delivered_seq=done, failures=failures, next_try_at=now() + pause))


def _send(channel: Channel, due: _Due, message: Message, state: str, post: Post) -> bool:
    told = {
        "type": "message",
        "channel": channel.name,
        "conversation_id": due.conversation_id,
        "sender": due.sender,
        "state": state,
        "message": message_view(message),
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = {"content-type": "application/json", **signed_headers(channel, message.id, body, now())}
    try:
        post(str(channel.callback_url), body, headers)
    except (OSError, ValueError, urllib.error.URLError) as error:
        _log.warning(
            "delivery_failed", channel=channel.name, failures=due.failures + 1, error=type(error).__name__
        )
        return False
    return True


def pause_after(failures: int) -> dt.timedelta:
    """Return how long to wait after so many failures: doubling, and never all at the same moment."""
    longest = min(2.0 ** min(failures, 20), LONGEST_PAUSE.total_seconds())
    return dt.timedelta(seconds=longest * random.uniform(0.5, 1))  # noqa: S311 - spreads load only
