"""Creates, saves and retires entries; what was saved first stays, what came late is handed back whole."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.knowledge.reading import text_view
from knowledge_base.database import take_edit_lock
from knowledge_base.editing.diffs import diff_entries
from knowledge_base.editing.drafts import StaleEdit, save_edits
from knowledge_base.editing.entry_rows import entry_to_dict
from knowledge_base.editing.repository import find_entry, find_revisions, find_rows
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.errors import ConflictError, NotFoundError
from knowledge_base.types import Entry

View = dict[str, Any]

_LONGEST_NAME = 6  # characters of the question that its id is made of
_ASKING = re.compile(
    r"请问|怎么样|怎么|怎样|如何|什么|哪些|多少|是不是|能不能|可不可以|可以|[吗呢啊吧的了？?，,。\s]"
)


def create(session: Session, entry: Entry, deed: Deed) -> None:
    """Save a new entry as a draft.

    Raises:
        ConflictError: Its id is taken.
        ContentError: A text is missing or cannot be stored.
    """
    take_edit_lock(session)
    if find_rows(session, [entry.id]):
        raise ConflictError(f"There is an entry {entry.id!r} already. Open it, or choose another id.")
    save_edits(session, [Edit(entry)], deed)


def save(session: Session, entry: Entry, based_on: int, deed: Deed) -> bool:
    """Save a draft; return False where it says what the newest revision says.

    Raises:
        NotFoundError: There is no such entry.
        StaleEditError: Somebody saved in the meantime.
        ContentError: A text is missing or cannot be stored.
    """
    take_edit_lock(session)
    _require(session, entry.id)
    return bool(save_edits(session, [Edit(entry, based_on)], deed).changed)


def retire(session: Session, entry_id: str, based_on: int, deed: Deed) -> None:
    """Draft that an entry is taken away; it is served until that is published.

    Raises:
        NotFoundError: There is no such entry.
        StaleEditError: Somebody saved in the meantime.
    """
    take_edit_lock(session)
    newest = _require(session, entry_id)
    save_edits(session, [Edit(replace(newest, status="retired"), based_on)], deed)


def _require(session: Session, entry_id: str) -> Entry:
    newest = find_entry(session, entry_id)
    if newest is None:
        raise NotFoundError(f"There is no entry {entry_id[:120]!r}. Search for it in the list.")
    return newest


def stale_view(session: Session, stale: StaleEdit) -> View:
    """Return both sides of a save that came late, field by field.

    ``fields`` holds what either side changed: ``base`` before both, ``newest`` as it stands now,
    ``mine`` as it was to be saved; ``both`` tells that both changed it, and not to the same.
    """
    mine, newest = stale.edit.entry, stale.newest
    base = stale.base or newest
    names = [one.field for one in (*diff_entries(base, newest), *diff_entries(base, mine))]
    told = [entry_to_dict(one) for one in (base, newest, mine)]
    row = find_revisions(session, {mine.id: newest.revision}).get(mine.id)
    author = row.author if row else ""
    return {
        "entry_id": mine.id,
        "based_on": stale.edit.based_on,
        "revision": newest.revision,
        "author_name": display_names(session, [author])[author],
        "retires": bool(row and row.retires),
        "newest": text_view(newest),
        "mine": text_view(mine),
        "fields": [_sides(name, *told) for name in dict.fromkeys(names)],
    }


def _sides(name: str, base: View, newest: View, mine: View) -> View:
    both = base[name] != newest[name] and base[name] != mine[name] and newest[name] != mine[name]
    return {"field": name, "base": base[name], "newest": newest[name], "mine": mine[name], "both": both}


def propose_id(session: Session, intent: str, question: str) -> str:
    """Return an id that is free: the intent, and the question by sound."""
    from pypinyin import lazy_pinyin  # nobody but who writes a new entry waits for its dictionaries

    told = _ASKING.sub("", question)[:_LONGEST_NAME] or "wenda"
    name = re.sub(r"[^a-z0-9]+", "", "".join(lazy_pinyin(told)).lower())[:40] or "wenda"
    proposed = f"{intent or 'entry'}.{name}"
    tried = [proposed, *(f"{proposed}_{number}" for number in range(2, 1000))]
    taken = find_rows(session, tried)
    return next(one for one in tried if one not in taken)
