"""Removes files that no message knows: their transaction broke, or the process died on the way."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import structlog
from sqlalchemy import select

from api.conversing.attachments import AttachmentFolder
from api.conversing.desk import Desk, now
from assistant.desk.tables import AttachmentRow
from knowledge_base.errors import StorageError

LOOK_SECONDS = 3600.0

KEPT = dt.timedelta(days=1)
"""How old a file must be: a younger one may still be on its way into the database."""

_AT_ONCE = 500

_log = structlog.get_logger(__name__)


async def remove_orphans_always(desk: Desk, folder: AttachmentFolder) -> None:
    """Remove them every hour until it is cancelled."""
    while True:
        await asyncio.to_thread(remove_orphans, desk, folder, now())
        await asyncio.sleep(LOOK_SECONDS)


def remove_orphans(desk: Desk, folder: AttachmentFolder, at: dt.datetime) -> int:
    """Remove the files that have been in the folder for long and in no conversation; return how many.

    A database that knows no file at all is probably another one than they came with, by a wrong
    setting: then none is removed.
    """
    removed = 0
    try:
        old = folder.files_before(at - KEPT) if _knows_any(desk) else []
        for start in range(0, len(old), _AT_ONCE):
            for path in _unknown(desk, old[start : start + _AT_ONCE]):
                path.unlink(missing_ok=True)
                removed += 1
    except (OSError, StorageError) as error:  # in an hour again; better an orphan than a lost file
        _log.error("orphans_not_removed", error=type(error).__name__)
    if removed:
        _log.warning("orphans_removed", count=removed)
    return removed


def _knows_any(desk: Desk) -> bool:
    with desk.reading() as session:
        return session.scalar(select(AttachmentRow.id).limit(1)) is not None


def _unknown(desk: Desk, paths: Sequence[Path]) -> list[Path]:
    names = [path.name for path in paths]
    with desk.reading() as session:
        known = set(session.scalars(select(AttachmentRow.id).where(AttachmentRow.id.in_(names))))
    return [path for path in paths if path.name not in known]
