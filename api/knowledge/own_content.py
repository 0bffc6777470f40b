"""Company profile and lexicons as the pages edit them: value, what it does, history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.services import Services, content_files, open_tokenizer
from api.tickets.views import moment
from knowledge_base.company import CompanyProfile, placeholders_in
from knowledge_base.editing.own_content import (
    differences,
    edits_of,
    newest_row,
    present,
    read_own_content,
    save_content,
    value_of_revision,
)
from knowledge_base.editing.own_content_values import (
    COMPANY,
    PROTECTED,
    SYNONYMS,
    TERMS,
    WORDING,
    validated,
)
from knowledge_base.editing.types import Deed
from knowledge_base.editing.wording import offences, shipped_wording_rows, wordings_with
from knowledge_base.errors import ContentError
from knowledge_base.search.lexicon import insurance_terms, kept_words
from knowledge_base.search.synonyms import shipped_groups, synonyms_with
from knowledge_base.search.text import normalize
from knowledge_base.search.tokens import Tokenizer

LEXICONS = (TERMS, SYNONYMS, PROTECTED, WORDING)
View = dict[str, Any]


def show(desk: Desk, name: str) -> View:
    """Return a part: its value, where it comes from, and what ships with the package."""
    with desk.reading() as session:
        return _view(session, desk.serving.services, name)


def _view(session: Session, services: Services, name: str) -> View:
    files = content_files(services.settings, services.home)
    row = newest_row(session, name)
    edited = row is not None and row.value is not None
    told = {
        "name": name,
        "value": present(session, files, name),
        "from_file": not edited,
        "revision": row.revision if row else 0,
        "edited_at": moment(row.edited_at) if row else None,
        "edited_by": row.actor if row else None,
        "edited_by_name": display_names(session, {row.actor})[row.actor] if row else None,
        "serving": services.own.edit >= row.id if row else True,
    }
    return told | ({"used": _used(services)} if name == COMPANY else {"shipped": _shipped(name)})


def _shipped(name: str) -> Any:
    return {
        TERMS: lambda: list(insurance_terms()),
        PROTECTED: lambda: list(kept_words()),
        SYNONYMS: lambda: {word: list(others) for word, others in shipped_groups().items()},
        WORDING: shipped_wording_rows,
    }[name]()


def _used(services: Services) -> dict[str, int]:
    """Return how many published entries name each value of the company."""
    counts: Counter[str] = Counter()
    for entry in services.published.entries:
        try:
            counts.update(placeholders_in(entry.answer) | placeholders_in(entry.short_answer))
        except ContentError:
            continue
    names = list(CompanyProfile.model_fields)
    return {name: counts[name] + (counts["company"] if name == "name" else 0) for name in names}


def save(desk: Desk, name: str, value: Any, based_on: int, deed: Deed) -> View:
    """Save a part; every server uses it within moments.

    Raises:
        InvalidContentError: It cannot be used.
        ConflictError: Somebody saved a newer revision.
    """
    services = desk.serving.services
    files = content_files(services.settings, services.home)
    with desk.transaction() as session:
        save_content(session, name, value, based_on, deed)
        read_own_content(session, files)  # what the other parts would make of it is known before it counts
        return _view(session, services, name)


def history(desk: Desk, name: str) -> list[View]:
    """Return the edits of a part, the newest first, each with what it changed."""
    services = desk.serving.services
    files = content_files(services.settings, services.home)
    with desk.reading() as session:
        rows = edits_of(session, name)
        names = display_names(session, {row.actor for row in rows})
        file = files.read(name)
        values = [file if row.value is None else row.value for row in rows]
        before = [*values[1:], file][: len(rows)]
        return [
            {
                "revision": row.revision,
                "from_file": row.value is None,
                "edited_at": moment(row.edited_at),
                "edited_by": row.actor,
                "edited_by_name": names[row.actor],
                "reason": row.reason,
                "changes": differences(old, new),
            }
            for row, new, old in zip(rows, values, before, strict=True)
        ]


def go_back(desk: Desk, name: str, revision: int, based_on: int, deed: Deed) -> View:
    """Save again what a revision said; 0 goes back to the file.

    Raises:
        NotFoundError: There is no such revision.
        ConflictError: Somebody saved a newer revision.
    """
    services = desk.serving.services
    with desk.reading() as session:
        files = content_files(services.settings, services.home)
        value = value_of_revision(session, files, name, revision)
    return save(desk, name, value, based_on, deed)


def preview(desk: Desk, value: Any, entry_id: str) -> View:
    """Return an answer as customers would read it with other values of the company.

    Raises:
        InvalidContentError: The values cannot be used.
    """
    company = CompanyProfile.model_validate(validated(COMPANY, value))
    entries = desk.serving.services.snapshot.entries
    entry = entries.get(entry_id) or _example(list(entries.values()))
    return {"entry_id": entry.id, "question": entry.question, "answer": company.fill(entry.answer)}


def _example(entries: Sequence[Any]) -> Any:
    """Return the entry that names most different values of the company, the first by its id."""
    return min(entries, key=lambda entry: (-len(placeholders_in(entry.answer)), entry.id))


def try_words(desk: Desk, name: str, value: Any, text: str) -> View:
    """Return what a lexicon makes of a sentence, as it is saved or as it would be.

    Raises:
        InvalidContentError: The value cannot be used.
    """
    services = desk.serving.services
    own = services.own
    if name == WORDING:
        rules = own.wordings if value is None else wordings_with(validated(name, value))
        found = [{"found": one.found, "instead": one.wording.instead} for one in offences(text, rules)]
        return {"offences": found}
    tokenizer = services.tokenizer if value is None else _tokenizer(services, name, validated(name, value))
    normalized = normalize(text)
    return {"words": tokenizer.words(normalized), "terms": tokenizer.terms(normalized)}


def _tokenizer(services: Services, name: str, value: Any) -> Tokenizer:
    own = services.own
    if name == SYNONYMS:
        groups = synonyms_with({word: tuple(others) for word, others in value.items()})
        return Tokenizer(services.home.dictionary_cache, own.terms, groups)
    if name == TERMS:
        return Tokenizer(services.home.dictionary_cache, tuple(value), own.synonyms)
    return open_tokenizer(services.home, own)
