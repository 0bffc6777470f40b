"""Delivers spooled messages once the database is back, each once and in order."""

from __future__ import annotations

import asyncio
import hmac
from pathlib import Path

import structlog
from starlette.concurrency import run_in_threadpool

from api.conversing.desk import Desk, now
from api.conversing.receiving import receive_text
from api.conversing.spool import Spool, Waiting
from assistant.desk.tables import ConversationRow
from knowledge_base.database import is_away
from knowledge_base.errors import BaowenError, ConflictError, StorageError

LOOK_SECONDS = 2.0

_log = structlog.get_logger(__name__)


async def deliver_always(desk: Desk, spool: Spool) -> None:
    """Deliver what waits until it is cancelled."""
    while True:
        await run_in_threadpool(deliver, desk, spool)
        await asyncio.sleep(LOOK_SECONDS)


def deliver(desk: Desk, spool: Spool) -> None:
    """Store what waits; what the database does not take now waits on, with all that follows it."""
    stuck: set[str] = set()
    try:
        for path, waiting in spool:
            if waiting.conversation_id in stuck:
                continue
            if not _deliver_one(desk, spool, path, waiting):
                stuck.add(waiting.conversation_id)
    except StorageError:  # still away
        return
    except Exception as error:  # the next round tries again
        _log.error("spool_not_delivered", error=type(error).__name__)


def deliver_conversation(desk: Desk, spool: Spool, conversation_id: str) -> None:
    """Store what waits of one conversation, so that a newer message comes behind it.

    Raises:
        StorageError: The database is away, or one of them is not taken yet.
    """
    for path in spool.paths(conversation_id):
        waiting = spool.read(path)
        if waiting and not _deliver_one(desk, spool, path, waiting):
            raise StorageError("An earlier message of the conversation still waits.")


def _deliver_one(desk: Desk, spool: Spool, path: Path, waiting: Waiting) -> bool:
    """Store a message, or drop one whose token opens nothing; tell whether it is done with.

    Raises:
        StorageError: The database is away.
    """
    try:
        if _is_opened(desk, waiting):
            receive_text(desk, waiting.conversation_id, waiting.text, waiting.client_id, now())
        else:
            _log.warning("spooled_message_refused", conversation=waiting.conversation_id[:40])
    except ConflictError:  # the conversation is busy: in the next round
        return False
    except BaowenError as error:
        if isinstance(error, StorageError) and is_away(error):
            raise
        _log.error("spooled_message_set_aside", file=path.name, error=error.code)
        spool.set_aside(path)
        return True
    spool.forget(path)
    return True


def _is_opened(desk: Desk, waiting: Waiting) -> bool:
    with desk.reading() as session:
        row = session.get(ConversationRow, waiting.conversation_id)
        return row is not None and hmac.compare_digest(row.token_hash, waiting.token_hash)
