"""Laws as the pages show them: versions, what rests on each, and what a replacement leaves to do."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.laws import LawChange, laws_in
from knowledge_base.editing.impact import Resting, article_number, resting_on
from knowledge_base.editing.law_changes import replacements
from knowledge_base.editing.law_work import LawWork, law_work
from knowledge_base.editing.repository import published_entries
from knowledge_base.errors import NotFoundError
from knowledge_base.laws import Law
from knowledge_base.types import Entry, LegalBasis

View = dict[str, Any]


def list_laws(session: Session, today: dt.date) -> list[View]:
    """Return all laws with their versions, in the order of the list."""
    book, entries = laws_in(session), published_entries(session)
    counts = Counter((basis.law, basis.version) for entry in entries for basis in set(_bases(entry)))
    replaced = {(one.law, one.version): one for one in replacements(session)}
    found: dict[str, View] = {}
    for law in book.laws:
        view = found.setdefault(law.id, {"id": law.id, "name": law.name, "versions": []})
        ended = replaced.get((law.id, law.version))
        told = {
            "replaced_by": ended.by if ended else None,
            "since": ended.since.isoformat() if ended else None,
        }
        progress = _progress(law_work(session, law.id, law.version)) if ended else None
        view["versions"].append(
            {**_version(law, today), **told, "entries": counts[law.id, law.version], "work": progress}
        )
    for view in found.values():
        view["versions"].sort(key=lambda one: str(one["in_force_from"]), reverse=True)
        view["entries"] = sum(one["entries"] for one in view["versions"])
    return list(found.values())


def _bases(entry: Entry) -> Iterable[LegalBasis]:
    return (LegalBasis(basis.law, basis.version) for basis in entry.legal_basis)


def _version(law: Law, today: dt.date) -> View:
    return {
        "version": law.version,
        "in_force_from": law.in_force_from.isoformat(),
        "in_force_to": law.in_force_to.isoformat() if law.in_force_to else None,
        "in_force": law.in_force_on(today),
    }


def _progress(work: Iterable[LawWork]) -> View:
    states = Counter(one.state for one in work)
    return {"total": sum(states.values()), "done": states["done"] + states["retired"], "open": states["open"]}


def impact(session: Session, law: str, article: str, version: str) -> list[View]:
    """Return the published entries that rest on a law, an article or a version of it.

    Raises:
        NotFoundError: There is no such law.
        InvalidInputError: The article is no number of one.
    """
    law_id = require_law(session, law)
    number = article_number(article) if article else ""
    return [_resting(one) for one in resting_on(published_entries(session), law_id, number, version)]


def require_law(session: Session, law: str) -> str:
    """Return the short name of a law.

    Raises:
        NotFoundError: There is none of that name.
    """
    names = {name: one.id for one in laws_in(session).laws for name in (one.name, one.id)}
    if law not in names:
        raise NotFoundError(f"No law is called {law[:60]!r}. See: GET /v1/laws.")
    return names[law]


def _resting(one: Resting) -> View:
    return {
        "entry_id": one.entry.id,
        "question": one.entry.question,
        "intent": one.entry.intent,
        "bases": [_basis(basis) for basis in one.bases],
    }


def _basis(basis: LegalBasis) -> View:
    said = {
        "law": basis.law,
        "version": basis.version,
        "article": basis.article,
        "paragraph": basis.paragraph,
    }
    return {**said, "text": str(basis)}


def work(session: Session, law: str, version: str) -> View:
    """Return what a replaced version leaves to do, with its progress.

    Raises:
        NotFoundError: There is no such law, or the version was not replaced.
    """
    law_id = require_law(session, law)
    found = law_work(session, law_id, version)
    by = next(one.by for one in replacements(session) if (one.law, one.version) == (law_id, version))
    entries = [
        {
            "entry_id": one.entry.id,
            "question": one.entry.question,
            "answer": one.entry.answer,
            "revision": one.entry.revision,
            "state": one.state,
            "bases": [_basis(basis) for basis in one.bases],
        }
        for one in found
    ]
    return {
        "law": law_id,
        "version": version,
        "replaced_by": by,
        "progress": _progress(found),
        "entries": entries,
    }


def change_view(change: LawChange) -> Mapping[str, Any]:
    """Return what a replacement did."""
    snapshot = change.snapshot.snapshot.number if change.snapshot else None
    return {"entries": [_resting(one) for one in change.resting], "snapshot": snapshot}
