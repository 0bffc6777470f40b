"""All that a publish would have against one entry, quick enough to be asked while it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from api.conversing.desk import Desk
from api.knowledge.drafted import DraftedStates
from api.services import Services
from api.tickets.views import intent_name
from knowledge_base.editing.checks.entry import check_entry
from knowledge_base.editing.checks.retrieval import RetrievalReport, Rivalry
from knowledge_base.editing.rules import Rules
from knowledge_base.editing.types import PublishFinding
from knowledge_base.search.snapshots import Snapshot
from knowledge_base.search.text import normalize
from knowledge_base.types import Entry

View = dict[str, Any]


def check_draft(
    desk: Desk, states: DraftedStates, entry: Entry, today: dt.date, *, thorough: bool = False
) -> View:
    """Return findings with their places, and the entries that compete with it.

    A fault that the published entry has already is a warning here as in a publish.

    Args:
        desk: What is served.
        states: Keeps the index with this entry.
        entry: The text as it stands now; anything may be empty yet.
        today: The day to look from.
        thorough: Ask the questions of near entries, too, which takes about a second more.
    """
    services = desk.serving.services
    rules = states.rules(services, today)
    own = list(_by_itself(entry, services, rules))
    report, snapshot = _measured(services, states, entry, thorough=thorough)
    beside = list(_beside(entry, report)) if report else []
    findings = [*own, *beside]
    return {
        "findings": [asdict(one) for one in findings],
        "rivals": _rivals(desk, entry, report, snapshot) if report else [],
        "blocked": any(one.severity == "error" for one in findings),
    }


def _by_itself(entry: Entry, services: Services, rules: Rules) -> Iterator[PublishFinding]:
    published = services.snapshot.entries.get(entry.id)
    known = set(check_entry(published, rules)) if published else set()
    for finding in (*check_entry(entry, rules), *_beside_published(entry, services.snapshot)):
        yield replace(finding, severity="warning") if finding in known else finding


def _beside_published(entry: Entry, snapshot: Snapshot) -> Iterator[PublishFinding]:
    """Yield relations to what is not published, and questions that another entry has as they are."""
    for item, other in enumerate(entry.related):
        if other not in snapshot.entries:
            message = f"related entry {other!r} does not exist"
            yield PublishFinding("error", entry.id, message, "related", "related", other, item=item)
    for item, question in enumerate(entry.questions if entry.kind == "answer" else (), start=-1):
        owner = _owner(question, snapshot)
        if owner and owner != entry.id:
            field, place = ("question", None) if item < 0 else ("variants", item)
            message = f"question {question!r} also belongs to {owner!r}"
            yield PublishFinding("error", entry.id, message, "shared", field, question, owner, item=place)


def _owner(question: str, snapshot: Snapshot) -> str:
    """Return the published entry that has this very question, empty where none has."""
    normalized = normalize(question)
    place = snapshot.index.place_of(normalized) if normalized else None
    if place is None:
        return ""
    found = snapshot.index.questions[place]
    entry = snapshot.entries.get(found.entry_id)
    return found.entry_id if entry and found.text in entry.questions else ""


def _measured(
    services: Services, states: DraftedStates, entry: Entry, *, thorough: bool
) -> tuple[RetrievalReport | None, Snapshot]:
    written = replace(entry, variants=tuple(one for one in entry.variants if one.strip()))
    if entry.kind != "answer" or not written.question.strip():
        return None, services.snapshot
    report = states.report(services, written, thorough=thorough)
    return report, states.snapshot(services, entry.id, written)


def _beside(entry: Entry, report: RetrievalReport) -> Iterator[PublishFinding]:
    """Yield collisions of the entry's own questions; what is only near stands among the rivals."""
    for one in report.collisions:
        if one.entry_id == entry.id and one.lost and not one.example:
            field, item = _place(entry, one.question)
            message = f"collision: {one}"
            yield PublishFinding(
                "error", entry.id, message, "collision", field, one.question, one.rival_id, item=item
            )


def _place(entry: Entry, question: str) -> tuple[str, int | None]:
    if question == entry.question:
        return "question", None
    return "variants", entry.variants.index(question) if question in entry.variants else None


def _rivals(desk: Desk, entry: Entry, report: RetrievalReport, snapshot: Snapshot) -> list[View]:
    """Return the competing entries, the worst first, each with what the two get in each other's way by."""
    meetings: dict[str, list[View]] = {}
    for rivalry in (*report.collisions, *report.rivalries):
        other = _other(entry, rivalry.entry_id, rivalry.rival_id)
        if other:
            meetings.setdefault(other, []).append(_meeting(entry, rivalry))
    for twins in report.near_duplicates:
        other = _other(entry, twins.entry_id, twins.other_id)
        if other:
            turned = twins.entry_id != entry.id
            ours, theirs = twins.question, twins.other_question
            meetings.setdefault(other, []).append(
                _met(entry, *((theirs, ours) if turned else (ours, theirs)), "twins", likeness=twins.likeness)
            )
    found = [
        _rival(desk, snapshot.entries[other], seen)
        for other, seen in meetings.items()
        if other in snapshot.entries
    ]
    return sorted(found, key=lambda one: (-one["lost"], -len(one["meetings"]), one["entry_id"]))


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
    field, item = _place(entry, ours)
    return {"kind": kind, "field": field, "item": item, "question": ours, "other": theirs, **scores}


def _rival(desk: Desk, other: Entry, meetings: Sequence[Mapping[str, Any]]) -> View:
    unique = {(one["kind"], one["question"], one["other"]): one for one in meetings}
    return {
        "entry_id": other.id,
        "question": other.question,
        "answer": other.answer,
        "intent_name": intent_name(desk, other.intent),
        "lost": sum(bool(one.get("lost")) for one in unique.values()),
        "meetings": list(unique.values()),
    }
