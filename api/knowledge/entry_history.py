"""The history of an entry: its revisions with what each changed, and a way to take one up again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.knowledge.differences import difference_view
from api.knowledge.review import comment_views
from knowledge_base.editing.comments import entry_comments
from knowledge_base.editing.comparison import Difference
from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.history import entry_history
from knowledge_base.editing.repository import (
    entry_revisions,
    find_entry,
    find_rows,
    newest_number,
    revision_to_entry,
    snapshot_revisions,
    snapshots_of,
)
from knowledge_base.editing.tables import RevisionRow
from knowledge_base.editing.types import Change, Deed, Edit
from knowledge_base.editing.word_diffs import Words
from knowledge_base.errors import NotFoundError
from knowledge_base.types import Entry

Json = dict[str, Any]


def whole_history(session: Session, entry_id: str, words: Words) -> Json:
    """Return an entry's revisions, the newest first, each with its diff against the one before.

    Raises:
        NotFoundError: There is no such entry.
    """
    rows = entry_revisions(session, entry_id)
    if not rows:
        raise NotFoundError(f"There is no entry {entry_id!r}. Load the list again.")
    changes = entry_history(session, entry_id)
    names = display_names(session, [*(row.author for row in rows), *(one.actor for one in changes)])
    snapshots = _snapshots(session, entry_id)
    return {
        "id": entry_id,
        "question": rows[0].question,
        "status": find_rows(session, [entry_id])[entry_id].status,
        "revision": rows[0].revision,
        "published": snapshot_revisions(session, newest_number(session)).get(entry_id),
        "revisions": [
            _revision_view(row, before, _of(changes, row), names, snapshots, words)
            for row, before in zip(rows, [*rows[1:], None], strict=True)
        ],
        "comments": comment_views(session, entry_comments(session, entry_id)),
    }


def restore(session: Session, entry_id: str, revision: int, based_on: int, deed: Deed) -> Json:
    """Save an older revision's text as a new draft.

    Raises:
        NotFoundError: There is no such revision.
        StaleEditError: Somebody saved a newer one than ``based_on``.
    """
    old = find_entry(session, entry_id, revision)
    if old is None:
        raise NotFoundError(f"Entry {entry_id!r} has no revision {revision}. Load its history again.")
    saved = save_edits(session, [Edit(replace(old, status="draft"), based_on)], deed)
    session.flush()
    newest = find_rows(session, [entry_id])[entry_id]
    return {"id": entry_id, "revision": newest.revision, "unchanged": bool(saved.unchanged)}


def _snapshots(session: Session, entry_id: str) -> Mapping[int | None, list[int]]:
    """Return the snapshots in which each revision began to serve; None: in which the entry went."""
    found: dict[int | None, list[int]] = defaultdict(list)
    for number, revision in snapshots_of(session, entry_id):
        found[revision].append(number)
    return found


def _of(changes: Sequence[Change], row: RevisionRow) -> list[Change]:
    return [one for one in changes if one.revision == row.revision]


def _revision_view(
    row: RevisionRow,
    before: RevisionRow | None,
    changes: Sequence[Change],
    names: Mapping[str, str],
    snapshots: Mapping[int | None, list[int]],
    words: Words,
) -> Json:
    written = next((one for one in changes if one.action == "saved"), None)
    return {
        "revision": row.revision,
        "by": row.author,
        "by_name": names[row.author],
        "at": written.changed_at.isoformat() if written else None,
        "reason": written.reason if written else "",
        "retires": row.retires,
        "snapshots": snapshots.get(row.revision, []),
        "difference": difference_view(Difference(_entry(before) if before else None, _entry(row)), words),
        "changes": [_change_view(one, names) for one in changes],
    }


def _entry(row: RevisionRow) -> Entry:
    return revision_to_entry(row, "draft")


def _change_view(change: Change, names: Mapping[str, str]) -> Json:
    return {
        "action": change.action,
        "by": change.actor,
        "by_name": names[change.actor],
        "at": change.changed_at.isoformat(),
        "reason": change.reason,
        "snapshot": change.snapshot,
    }
