"""Lists of entries as they stand now, page by page."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from sqlalchemy import select

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.tickets.views import intent_name
from knowledge_base.editing.tables import EntryRow, RevisionRow
from knowledge_base.errors import InvalidInputError

View = dict[str, Any]


def list_entries(desk: Desk, cursor: str, limit: int) -> tuple[list[View], str | None]:
    """Return a page of entries in the order of ids, and the cursor of the next one.

    Raises:
        InvalidInputError: The cursor is none of ours.
    """
    newest = (RevisionRow.entry_id == EntryRow.id) & (RevisionRow.revision == EntryRow.revision)
    query = select(EntryRow, RevisionRow).join(RevisionRow, newest).order_by(EntryRow.id)
    if cursor:
        query = query.where(EntryRow.id > _read(cursor))
    with desk.reading() as session:
        found = session.execute(query.limit(limit + 1)).all()
        names = display_names(session, {revision.author for _, revision in found})
    views = [_view(desk, row, revision, names) for row, revision in found[:limit]]
    return views, _cursor(views[-1]["id"]) if len(found) > limit else None


def _view(desk: Desk, row: EntryRow, revision: RevisionRow, names: dict[str, str]) -> View:
    return {
        "id": row.id,
        "revision": row.revision,
        "status": row.status,
        "kind": revision.kind,
        "question": revision.question,
        "intent": revision.intent,
        "intent_name": intent_name(desk, revision.intent),
        "source": revision.source,
        "products": revision.products,
        "valid_from": revision.valid_from.isoformat() if revision.valid_from else None,
        "valid_to": revision.valid_to.isoformat() if revision.valid_to else None,
        "updated_by": revision.author,
        "updated_by_name": names[revision.author],
    }


def _cursor(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode()


def _read(cursor: str) -> str:
    try:
        last = base64.urlsafe_b64decode(cursor.encode()).decode()
    except (ValueError, binascii.Error):
        last = ""
    if not last.isprintable() or not last:
        raise InvalidInputError(f"Cursor {cursor[:60]!r} is none of a list. Load the list anew.")
    return last
