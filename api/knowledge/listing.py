"""Lists of entries, page by page."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import math
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from api.knowledge.catalogue import Listed, State
from api.knowledge.filters import ListName, Wanted, chosen, validities_of
from api.knowledge.known import Known, collision_views, knowledge_of
from api.knowledge.parts import KnowledgeParts
from api.knowledge.rows import View, rows
from evaluation.online.entry_use import EntryUse, unused
from knowledge_base.errors import InvalidInputError

Order = Literal["updated", "uses", "valid_to", "worst", "id"]

_USUAL: Mapping[ListName | None, Order] = {
    "bad_ratings": "worst",
    "collisions": "worst",
    "expiring": "valid_to",
}
_NEVER = dt.date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is meant.

    Attributes:
        order: None takes what is usual for the list.
        cursor: ``next`` of the page before.
    """

    list: ListName | None = None
    order: Order | None = None
    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A page of a list.

    Attributes:
        total: Entries of the whole list; None while what it depends on is found out.
        collisions: How far that is, for the list of collisions.
    """

    entries: list[View]
    next: str | None
    total: int | None
    collisions: View | None = None


def list_entries(parts: KnowledgeParts, wanted: Wanted, page: Page, today: dt.date) -> Found:
    """Return a page of the entries that are meant.

    Raises:
        InvalidInputError: The cursor is none of this list.
    """
    with parts.desk.reading() as session:
        state = parts.catalogue.read(session)
        known = knowledge_of(parts, state, ask=page.list == "collisions")
        within = entries_of_list(state, page.list, known, today)
        standing = known.progress() if page.list == "collisions" else None
        if within is None:
            return Found([], None, None, standing)
        found = list(chosen(within, wanted, today))
        shown, following = _page(found, page, known)
        views = rows(session, parts, shown, known.uses)
    if page.list == "collisions":
        views = [view | {"collisions": collision_views(state, known, view["id"])} for view in views]
    return Found(views, following, len(found), standing)


def entries_of_list(state: State, name: ListName | None, known: Known, today: dt.date) -> list[Listed] | None:
    """Return the entries of a list, of all where none is named; None while that is not known yet."""
    everything = list(state.listed.values())
    if name is None:
        return everything
    if name == "expiring":
        return [one for one in everything if _expires(one, today)]
    if name == "collisions":
        if known.collisions.found is None:
            return None
        return [one for one in everything if one.entry.id in known.colliding and _stands(one)]
    uses = known.uses
    if uses is None:
        return None
    if name == "unused":
        return [one for one in everything if _could_answer(one) and unused(uses, one.entry.id)]
    return [one for one in everything if _is_bad(uses.get(one.entry.id))]


def _stands(one: Listed) -> bool:
    return one.entry.status != "retired"


def _expires(one: Listed, today: dt.date) -> bool:
    return _stands(one) and "expiring_90" in validities_of(one.entry, today)


def _could_answer(one: Listed) -> bool:
    return one.entry.status == "published" and one.entry.kind == "answer"


def _is_bad(use: EntryUse | None) -> bool:
    return use is not None and _complaints(use) > 0


def _complaints(use: EntryUse) -> int:
    return use.bad + use.turned_down


def _page(found: list[Listed], page: Page, known: Known) -> tuple[list[Listed], str | None]:
    order = page.order or _USUAL.get(page.list, "updated")
    key = _key(order, page.list, known)
    if order != "updated":  # the catalogue's own order
        found.sort(key=key)
    start = bisect_right(found, _read(page.cursor, order), key=key) if page.cursor else 0
    shown = found[start : start + page.limit]
    return shown, _cursor(order, key(shown[-1])) if start + page.limit < len(found) else None


_Key = tuple[float, str]


def _key(order: Order, name: ListName | None, known: Known) -> Callable[[Listed], _Key]:
    """Return what a list is sorted by; the id decides among equals, so that the order is stable."""
    uses, never_used = known.uses or {}, EntryUse()
    if order == "updated":
        return lambda one: one.place
    if order == "valid_to":
        return lambda one: (one.entry.valid_to.toordinal() if one.entry.valid_to else _NEVER, one.entry.id)
    if order == "uses":
        return lambda one: (-uses.get(one.entry.id, never_used).uses, one.entry.id)
    if order == "worst" and name == "collisions":
        return lambda one: (known.colliding[one.entry.id][0][0], one.entry.id)
    if order == "worst":
        return lambda one: (-_complaints(uses.get(one.entry.id, never_used)), one.entry.id)
    return lambda one: (0, one.entry.id)


def _cursor(order: Order, last: _Key) -> str:
    return base64.urlsafe_b64encode(json.dumps([order, *last]).encode()).decode()


def _read(cursor: str, order: Order) -> _Key:
    try:
        made_for, number, last = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        number = float(number)
        if made_for != order or not math.isfinite(number) or not isinstance(last, str):
            raise ValueError(cursor)
    except (ValueError, TypeError, OverflowError, binascii.Error, RecursionError):
        raise InvalidInputError(f"Cursor {cursor[:60]!r} is none of this list. Load the list anew.") from None
    return number, last
