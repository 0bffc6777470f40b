"""Entries that compete with one that is being written, and what of it the draft itself brings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.conversing.desk import Desk
from api.tickets.views import intent_name
from knowledge_base.editing.checks.retrieval import RetrievalReport, Rivalry
from knowledge_base.types import Entry

View = dict[str, Any]


def rivals_of(
    desk: Desk,
    entry: Entry,
    report: RetrievalReport,
    published: tuple[Entry, RetrievalReport] | None,
    entries: Mapping[str, Entry],
) -> list[View]:
    """Return the competing entries, those first that the draft brings, each with all that meets.

    Args:
        desk: Knows what intents are called.
        entry: The draft.
        report: What asking its questions shows.
        published: The published text and the same of that; None where there is none.
        entries: All others.
    """
    stood = frozenset(_key(other, one) for other, one in _meetings(*published)) if published else frozenset()
    met: dict[str, list[View]] = {}
    for other, one in _meetings(entry, report):
        met.setdefault(other, []).append(one | {"stood": _key(other, one) in stood})
    found = [_rival(desk, entries[other], seen) for other, seen in met.items() if other in entries]
    return sorted(
        found, key=lambda one: (-one["brought"], -one["lost"], -len(one["meetings"]), one["entry_id"])
    )


def place_of(entry: Entry, question: str) -> tuple[str, int | None]:
    """Return the field that a question of an entry stands in, and which item of it."""
    if question == entry.question:
        return "question", None
    return "variants", entry.variants.index(question) if question in entry.variants else None


def _key(other: str, meeting: View) -> tuple[str, str, str]:
    """Return what makes two meetings the same: which question is asked, and how it goes out."""
    asked = meeting["other"] if meeting["kind"].endswith("_theirs") else meeting["question"]
    return other, meeting["kind"], asked


def _meetings(entry: Entry, report: RetrievalReport) -> Iterator[tuple[str, View]]:
    """Yield the entry on the other side with each pair of questions that meet."""
    for rivalry in (*report.collisions, *report.rivalries):
        if other := _other(entry, rivalry.entry_id, rivalry.rival_id):
            yield other, _meeting(entry, rivalry)
    for twins in report.near_duplicates:
        if other := _other(entry, twins.entry_id, twins.other_id):
            pair = (twins.question, twins.other_question)
            ours, theirs = pair if twins.entry_id == entry.id else pair[::-1]
            yield other, _met(entry, ours, theirs, "twins", likeness=twins.likeness)


def _other(entry: Entry, one: str, other: str) -> str:
    """Return the entry on the other side; empty where this one is on neither."""
    return other if one == entry.id else one if other == entry.id else ""


def _meeting(entry: Entry, rivalry: Rivalry) -> View:
    kind = "example" if rivalry.example else "lost" if rivalry.lost else "near"
    scores = {"own": round(rivalry.own, 4), "rival": round(rivalry.rival, 4), "lost": rivalry.lost}
    if rivalry.entry_id == entry.id:
        return _met(entry, rivalry.question, rivalry.rival_question, kind, **scores)
    return _met(entry, rivalry.rival_question, rivalry.question, f"{kind}_theirs", **scores)


def _met(entry: Entry, ours: str, theirs: str, kind: str, **scores: Any) -> View:
    field, item = place_of(entry, ours)
    return {"kind": kind, "field": field, "item": item, "question": ours, "other": theirs, **scores}


def _rival(desk: Desk, other: Entry, meetings: Sequence[Mapping[str, Any]]) -> View:
    unique = {(one["kind"], one["question"], one["other"]): one for one in meetings}
    return {
        "entry_id": other.id,
        "question": other.question,
        "answer": other.answer,
        "intent_name": intent_name(desk, other.intent),
        "lost": sum(bool(one.get("lost")) for one in unique.values()),
        "brought": sum(bool(one.get("lost")) and not one["stood"] for one in unique.values()),
        "meetings": list(unique.values()),
    }
