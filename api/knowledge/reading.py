"""One entry as editors see it: its newest text, where it stands, and what is published of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.tickets.views import intent_name
from knowledge_base.editing.entry_rows import entry_to_dict
from knowledge_base.editing.history import entry_history
from knowledge_base.editing.repository import (
    find_entry,
    find_revisions,
    find_rows,
    newest_number,
    snapshot_revisions,
)
from knowledge_base.editing.tables import RevisionRow, ScheduledPublishRow
from knowledge_base.errors import NotFoundError
from knowledge_base.types import Entry

View = dict[str, Any]


def text_view(entry: Entry) -> View:
    """Return what an entry says, without where it stands."""
    fields = entry_to_dict(entry)
    return {name: value for name, value in fields.items() if name not in ("revision", "status")}


def entry_view(session: Session, desk: Desk, entry_id: str) -> View:
    """Return all of one entry.

    Raises:
        NotFoundError: There is no such entry.
    """
    rows = find_rows(session, [entry_id])
    newest = find_entry(session, entry_id)
    if newest is None:
        raise NotFoundError(f"There is no entry {entry_id[:120]!r}. Search for it in the list.")
    revision = find_revisions(session, {entry_id: newest.revision})[entry_id]
    changes = entry_history(session, entry_id)
    actors = {revision.author, *(one.actor for one in changes[-1:])}
    names = display_names(session, actors)
    last = changes[-1] if changes else None
    return {
        "id": entry_id,
        "entry": text_view(newest),
        "revision": newest.revision,
        "status": newest.status,
        "retires": revision.retires,
        "intent_name": intent_name(desk, newest.intent),
        "author": revision.author,
        "author_name": names.get(revision.author, revision.author),
        "changed_at": last.changed_at.isoformat() if last else None,
        "edited": rows[entry_id].edited,
        "published": _published(session, entry_id),
        "scheduled": _scheduled(session, entry_id),
        "related": related_views(session, newest.related),
    }


def _published(session: Session, entry_id: str) -> View | None:
    newest = newest_number(session)
    number = snapshot_revisions(session, newest).get(entry_id)
    entry = find_entry(session, entry_id, number) if number else None
    return {"revision": number, "snapshot": newest, "entry": text_view(entry)} if entry else None


def _scheduled(session: Session, entry_id: str) -> View | None:
    """Return the publish that waits for the entry, if there is one."""
    waiting = select(ScheduledPublishRow).where(ScheduledPublishRow.state == "waiting")
    for row in session.scalars(waiting.order_by(ScheduledPublishRow.due)):
        if entry_id in row.revisions:
            return {"id": row.id, "due": row.due.isoformat(), "revision": row.revisions[entry_id]}
    return None


def related_views(session: Session, ids: tuple[str, ...]) -> list[View]:
    """Return the question and status of other entries, in the order of ``ids``."""
    rows = find_rows(session, ids)
    texts: Mapping[str, RevisionRow] = find_revisions(
        session, {row.id: row.revision for row in rows.values()}
    )
    return [
        {
            "id": one,
            "question": texts[one].question if one in texts else None,
            "status": rows[one].status if one in rows else None,
        }
        for one in ids
    ]
