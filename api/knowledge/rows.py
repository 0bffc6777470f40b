"""Entries as they stand in lists; docs/knowledge.md describes every field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml
from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.knowledge.catalogue import Listed
from api.knowledge.parts import KnowledgeParts
from api.tickets.views import intent_name
from evaluation.online.entry_use import EntryUse
from knowledge_base.taxonomy import CONTENT

View = dict[str, Any]
Uses = Mapping[str, EntryUse] | None


@cache
def product_names() -> Mapping[str, str]:
    """Return the Chinese names of product lines by their ids."""
    lines = yaml.safe_load((CONTENT / "products.yaml").read_text(encoding="utf-8"))
    return {product: line["name"] for product, line in lines.items()}


def rows(session: Session, parts: KnowledgeParts, listed: Sequence[Listed], uses: Uses) -> list[View]:
    """Return entries as rows of a list."""
    names = display_names(session, {one.head.author for one in listed})
    live = parts.desk.serving.services.snapshot.entries
    return [
        _row(parts, one)
        | {"live_revision": live[one.entry.id].revision if one.entry.id in live else None}
        | {"updated_by_name": names[one.head.author]}
        | _use(None if uses is None else uses.get(one.entry.id, EntryUse()))
        for one in listed
    ]


def _row(parts: KnowledgeParts, one: Listed) -> View:
    entry = one.entry
    return {
        "id": entry.id,
        "revision": entry.revision,
        "status": entry.status,
        "kind": entry.kind,
        "question": entry.question,
        "intent": entry.intent,
        "intent_name": intent_name(parts.desk, entry.intent),
        "source": entry.source,
        "products": [product_names().get(product, product) for product in entry.products],
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
        "updated_by": one.head.author,
        "updated_at": one.head.written_at.isoformat(),
    }


def _use(use: EntryUse | None) -> View:
    if use is None:
        return dict.fromkeys(("uses", "rated", "bad", "bad_interval", "turned_down"))
    return {
        "uses": use.uses,
        "rated": use.rated,
        "bad": use.bad,
        "bad_interval": use.bad_interval,
        "turned_down": use.turned_down,
    }
