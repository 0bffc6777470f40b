"""Sends a customer's page what happens in its conversation, as server-sent events.

An idle stream holds a subscription and nothing else: no thread, no database connection.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.concurrency import run_in_threadpool

from api.conversing.desk import Desk, now
from api.conversing.views import conversation_view, message_view
from assistant.desk.conversations import read_messages, require_conversation

HEARTBEAT_SECONDS = 15.0
_PAGE = 200


async def events(desk: Desk, conversation_id: str, after: int) -> AsyncIterator[str]:
    """Yield the events of a conversation, beginning behind message ``after``.

    The state comes first, so that a page that reconnects is right at once; then what it
    missed; then what happens, in order. A comment each 15 seconds keeps proxies from
    closing the connection.

    Args:
        desk: What serves.
        conversation_id: Which conversation; access was checked before.
        after: The last number that the page has.
    """
    with desk.broker.subscribe(
        f"conversation:{conversation_id}", f"typing:{conversation_id}", "off"
    ) as heard:
        seen = after
        topics: tuple[str, ...] = (f"conversation:{conversation_id}",)
        while not desk.broker.closed:
            for topic in topics:
                if topic.startswith("typing:") and topic.endswith(":agent"):
                    yield _event("typing", {"who": "agent"})
            if any(not topic.startswith("typing:") for topic in topics):
                more = True
                while more:
                    state, messages = await run_in_threadpool(_read, desk, conversation_id, seen)
                    for message in messages:
                        seen = message["seq"]
                        yield _event("message", message, seen)
                    more = len(messages) == _PAGE
                yield _event("state", state)
            topics = await heard.wait(HEARTBEAT_SECONDS)
            if not topics:
                yield ": alive\n\n"


def _read(desk: Desk, conversation_id: str, after: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    with desk.reading() as session:
        row = require_conversation(session, conversation_id)
        messages = read_messages(session, conversation_id, after, _PAGE)
        return conversation_view(session, desk, row, now()), [message_view(one) for one in messages]


def _event(name: str, data: dict[str, Any], number: int | None = None) -> str:
    lines = [f"event: {name}"] + ([f"id: {number}"] if number is not None else [])
    return "\n".join([*lines, f"data: {json.dumps(data, ensure_ascii=False)}"]) + "\n\n"
