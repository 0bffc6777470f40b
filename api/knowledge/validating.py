"""Checks all entries as they stand now, drafts and published ones together, as ``kb validate`` does."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from api.knowledge.catalogue import State
from api.knowledge.collisions import Collisions
from api.knowledge.drafted import DraftedStates
from api.knowledge.jobs import Jobs, Told
from api.knowledge.parts import KnowledgeParts
from api.knowledge.tables import JobRow
from knowledge_base.editing.checks.content import check_entries
from knowledge_base.editing.types import Deed, PublishFinding
from knowledge_base.errors import BaowenError

Json = dict[str, Any]

_LOOK_SECONDS = 0.5
_TURNS = 2
"""Runs that are waited for: somebody may save during the first."""

_SHOWN = 1000
"""Findings that are told, errors first; more than that nobody reads."""

_NOW = dt.timedelta(0)


def order_validation(
    parts: KnowledgeParts, states: DraftedStates, jobs: Jobs, deed: Deed, *, search: bool
) -> JobRow:
    """Begin a check of the newest revision of every entry that is not retired.

    Args:
        parts: The entries, and the collisions among them.
        states: Knows what entries are checked against here and now.
        jobs: Carries it out; who asks while one is under way is told of that one.
        deed: Who asked, and when.
        search: Ask every question, too, which takes minutes where it was not done since the last save.
    """

    def work(told: Told) -> Json:
        return _validated(parts, states, told, search=search)

    return jobs.submit("validate", {"search": search}, deed.actor, work, _NOW)


def _validated(parts: KnowledgeParts, states: DraftedStates, told: Told, *, search: bool) -> Json:
    told("content", 0, 0)
    found = _searched(parts, told) if search else None
    told("content", 0, 0)
    state = _state(parts)
    services = parts.desk.serving.services
    rules = states.rules(services, dt.date.today())
    entries = [one.entry for one in state.listed.values() if one.entry.status != "retired"]
    stood = frozenset(check_entries(services.published.entries, rules))
    findings = [*check_entries(entries, rules), *_of_entries(found, state)]
    return {
        "entries": len(entries),
        "questions": sum(len(one.questions) for one in entries if one.kind == "answer"),
        "errors": sum(one.severity == "error" for one in findings),
        "warnings": sum(one.severity == "warning" for one in findings),
        "search": {"made_at": found.made_at, "current": _is_of(parts, state)} if found else None,
        "findings": [_view(one, state, stood=one in stood) for one in _gravest(findings)],
    }


def _state(parts: KnowledgeParts) -> State:
    with parts.desk.reading() as session:
        return parts.catalogue.read(session)


def _searched(parts: KnowledgeParts, told: Told) -> Collisions:
    """Return what asking every question shows, once that is known.

    Raises:
        BaowenError: It could not be found out.
    """
    board = parts.collisions
    for _ in range(_TURNS):
        content = _state(parts).content
        standing = board.want(content, now=True)
        while standing.running:
            told("retrieval", standing.done, standing.of)
            time.sleep(_LOOK_SECONDS)
            standing = board.look(content)
        if standing.current:
            break
    if standing.failed or standing.found is None:
        raise BaowenError(
            "The questions could not be asked, so nothing is known of collisions; the log of the service "
            "tells why. The check without search works meanwhile."
        )
    return standing.found


def _is_of(parts: KnowledgeParts, state: State) -> bool:
    return parts.collisions.look(state.content).current


def _of_entries(found: Collisions | None, state: State) -> Iterable[PublishFinding]:
    """Yield findings of search about entries that are still there."""
    for one in found.findings if found else ():
        if not one.entry_id or one.entry_id in state.listed:
            yield one


def _gravest(findings: Sequence[PublishFinding]) -> list[PublishFinding]:
    """Return what is told: errors first, then by entry; what is said of all entries goes before."""
    return sorted(findings, key=lambda one: (one.severity != "error", one.entry_id))[:_SHOWN]


def _view(finding: PublishFinding, state: State, *, stood: bool) -> Json:
    """Return a finding with what its entry is called; ``stood`` tells that the published entries have it."""
    told = asdict(finding) | {"stood": stood, "question": None, "status": None, "revision": None}
    if listed := state.listed.get(finding.entry_id):
        entry = listed.entry
        told |= {"question": entry.question, "status": entry.status, "revision": entry.revision}
    return told
