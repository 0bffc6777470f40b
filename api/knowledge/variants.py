"""Proposed variants by entry, with what an editor needs to say yes or no."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from api.conversing.desk import Desk
from api.services import Services
from api.tickets.views import intent_name
from assistant.desk.variant_sources import AskedQuestion, asked_questions
from knowledge_base.editing.checks.entry import MAX_LIKENESS
from knowledge_base.editing.checks.likeness import jaccard, letter_bigrams
from knowledge_base.editing.repository import find_revisions, find_rows, revision_to_entry
from knowledge_base.editing.tables import EntryRow
from knowledge_base.editing.variants import settled_variants, variant_key
from knowledge_base.personal_data import LABELS
from knowledge_base.search.search import make_query
from knowledge_base.search.text import normalize
from knowledge_base.types import Entry

View = dict[str, Any]

_WORTH_SHOWING = 0.4
"""Likeness from which the most alike question of the entry is shown."""


@dataclass(slots=True)
class _Proposal:
    """One text for one entry, and how it was told."""

    text: str
    asked: list[AskedQuestion] = field(default_factory=list)

    @property
    def last(self) -> dt.datetime:
        return max(one.at for one in self.asked)


Proposals = Mapping[str, Sequence[_Proposal]]


def proposed_variants(
    session: Session, desk: Desk, since: dt.datetime, entry_id: str, after: int, limit: int
) -> View:
    """Return a page of entries with their proposals, the most often asked first.

    Args:
        session: A session that may only read.
        desk: What is served; its index tells what a text finds now.
        since: The first moment.
        entry_id: Only of this entry; empty for all.
        after: Entries to leave out, those of the pages before.
        limit: Entries at most.
    """
    asked = [one for one in asked_questions(session, since) if entry_id in ("", one.entry_id)]
    rows = find_rows(session, {one.entry_id for one in asked})
    texts = find_revisions(
        session, {row.id: row.revision for row in rows.values() if row.status != "retired"}
    )
    entries = {one_id: revision_to_entry(row, "draft") for one_id, row in texts.items()}
    settled = settled_variants(session, entries.keys())
    groups = sorted(_grouped(asked, entries, settled).items(), key=_weight)
    page = groups[after : after + limit]
    return {
        "groups": [_group(desk, rows[one_id], entries[one_id], found) for one_id, found in page],
        "entries": len(groups),
        "proposals": sum(len(found) for _, found in groups),
        "next": after + limit if len(groups) > after + limit else None,
    }


def _grouped(
    asked: Iterable[AskedQuestion], entries: Mapping[str, Entry], settled: frozenset[tuple[str, str]]
) -> Proposals:
    known = {one_id: {normalize(text) for text in entry.questions} for one_id, entry in entries.items()}
    groups: dict[str, dict[str, _Proposal]] = {}
    for one in asked:
        key = normalize(one.text)
        if one.entry_id not in known or key in known[one.entry_id]:
            continue
        if (one.entry_id, variant_key(one.text)) not in settled:
            groups.setdefault(one.entry_id, {}).setdefault(key, _Proposal(one.text)).asked.append(one)
    return {one_id: sorted(found.values(), key=_often) for one_id, found in groups.items()}


def _often(proposal: _Proposal) -> tuple[int, float]:
    return -len(proposal.asked), -proposal.last.timestamp()


def _weight(group: tuple[str, Sequence[_Proposal]]) -> tuple[int, float, str]:
    entry_id, found = group
    newest = max(one.last for one in found)
    return -sum(len(one.asked) for one in found), -newest.timestamp(), entry_id


def _group(desk: Desk, row: EntryRow, entry: Entry, proposals: Sequence[_Proposal]) -> View:
    services = desk.serving.services
    return {
        "entry_id": entry.id,
        "question": entry.question,
        "intent_name": intent_name(desk, entry.intent),
        "status": row.status,
        "variants": len(entry.variants),
        "proposals": [_view(services, entry, one) for one in proposals],
    }


def _view(services: Services, entry: Entry, proposal: _Proposal) -> View:
    near = _nearest(entry, proposal.text)
    return {
        "text": proposal.text,
        "masked": bool(LABELS.search(proposal.text)),
        "count": len(proposal.asked),
        "first_at": min(one.at for one in proposal.asked).isoformat(),
        "last_at": proposal.last.isoformat(),
        "sources": Counter(one.source for one in proposal.asked),
        "channels": sorted({one.channel for one in proposal.asked}),
        "near": near,
        "duplicate": bool(near and near["likeness"] > MAX_LIKENESS),
        "finds": _found(services, entry, proposal.text),
    }


def _nearest(entry: Entry, text: str) -> View | None:
    """Return the entry's question that is most like the text, letter by letter."""
    letters = letter_bigrams(text)
    likeness, question = max((jaccard(letters, letter_bigrams(one)), one) for one in entry.questions)
    return {"question": question, "likeness": round(likeness, 2)} if likeness >= _WORTH_SHOWING else None


def _found(services: Services, entry: Entry, text: str) -> View | None:
    """Return the entry that the text finds first now."""
    index = services.snapshot.index
    query = make_query(text, services.tokenizer, index.speller)
    vector = services.bundle.encoder.encode([query.normalized])[0]
    first = next(iter(index.search(query, vector, top=1)), None)
    if first is None:
        return None
    found = services.snapshot.entries[first.entry_id]
    return {"entry_id": found.id, "question": found.question, "right": found.id == entry.id}
