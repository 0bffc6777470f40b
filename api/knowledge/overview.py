"""What lists can be narrowed to, each with how many entries it holds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Any, get_args

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.knowledge.catalogue import State
from api.knowledge.filters import ListName, Validity, laws_of, products_of, validities_of
from api.knowledge.known import knowledge_of
from api.knowledge.listing import entries_of_list
from api.knowledge.parts import KnowledgeParts
from api.knowledge.rows import View, product_names
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Source, Status


def overview(parts: KnowledgeParts, today: dt.date) -> View:
    """Count all entries by what they can be narrowed to."""
    with parts.desk.reading() as session:
        state = parts.catalogue.read(session)
        known = knowledge_of(parts, state)
        counts = _counts(parts, session, state, today)
    lists = {name: entries_of_list(state, name, known, today) for name in get_args(ListName)}
    return counts | {"lists": {name: None if found is None else len(found) for name, found in lists.items()}}


def _counts(parts: KnowledgeParts, session: Session, state: State, today: dt.date) -> View:
    """Return the counts of a state, which are the same all day; names may change meanwhile."""
    moment = (state.change, today)
    counts: View
    counted_at, counts = parts.counted.get("last", (None, {}))
    if counted_at != moment:
        counts = _count(parts.desk.taxonomy, state, today)
        parts.counted["last"] = (moment, counts)
    names = display_names(session, counts["editors"])
    return counts | {"editors": _named(counts["editors"], names)}


def _count(taxonomy: Taxonomy, state: State, today: dt.date) -> View:
    entries = [one.entry for one in state.listed.values()]
    validities = Counter(one for entry in entries for one in validities_of(entry, today))
    return {
        "total": len(entries),
        "intents": _intents(taxonomy, Counter(entry.intent for entry in entries)),
        "products": _named(Counter(p for entry in entries for p in products_of(entry)), product_names()),
        "statuses": _closed(Counter(entry.status for entry in entries), get_args(Status)),
        "laws": _named(Counter(law for entry in entries for law in laws_of(entry))),
        "validities": _closed(validities, get_args(Validity)),
        "sources": _closed(Counter(entry.source for entry in entries), get_args(Source)),
        "editors": Counter(one.head.author for one in state.listed.values()),
    }


def _named(counts: Counter[Any], names: Any = None) -> list[View]:
    """Return values with names and counts, the most frequent first."""
    return [
        {"value": value, "name": (names or {}).get(value, value), "count": count}
        for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _closed(counts: Counter[Any], values: Sequence[str]) -> list[View]:
    """Return all values of a closed list, in its order, those that no entry has too."""
    return [{"value": value, "name": value, "count": counts[value]} for value in values]


def _intents(taxonomy: Taxonomy, counts: Counter[str]) -> list[View]:
    """Return the intents that have entries, in the order of the taxonomy; unknown ones last."""
    known = [one for one in taxonomy.intents.values() if counts[one.id]]
    unknown = sorted(intent for intent in counts if intent not in taxonomy.intents)
    return [
        *({"value": o.id, "name": o.name, "domain": o.domain, "count": counts[o.id]} for o in known),
        *({"value": o, "name": o or "未定意图", "domain": "other", "count": counts[o]} for o in unknown),
    ]
