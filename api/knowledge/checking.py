"""All that a publish would have against one entry, quick enough to be asked while it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from api.conversing.desk import Desk
from api.knowledge.drafted import DraftedStates
from api.knowledge.rivals import place_of, rivals_of
from api.services import Services
from knowledge_base.editing.checks.entry import check_entry
from knowledge_base.editing.checks.retrieval import RetrievalReport
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

    A fault that the published entry has already is a warning here as in a publish; of each pair of
    questions that meet it is told whether the published text has it already (``stood``).

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
    published = _published(services, states, entry.id, thorough=thorough) if report else None
    beside = list(_beside(entry, report)) if report else []
    findings = [*own, *beside]
    return {
        "findings": [asdict(one) for one in findings],
        "rivals": rivals_of(desk, entry, report, published, snapshot.entries) if report else [],
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
            field, item = place_of(entry, one.question)
            message = f"collision: {one}"
            yield PublishFinding(
                "error", entry.id, message, "collision", field, one.question, one.rival_id, item=item
            )


def _published(
    services: Services, states: DraftedStates, entry_id: str, *, thorough: bool
) -> tuple[Entry, RetrievalReport] | None:
    """Return the published text with what asking its questions shows; None where it answers nothing."""
    published = services.snapshot.entries.get(entry_id)
    if published is None or published.kind != "answer":
        return None
    return published, states.report(services, published, thorough=thorough)
