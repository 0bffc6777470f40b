"""What must hold for a set of entries: each by itself, and beside the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from knowledge_base.editing.checks.entry import check_entry
from knowledge_base.editing.rules import Rules
from knowledge_base.editing.types import DraftState, PublishCheck, PublishFinding
from knowledge_base.search.text import normalize
from knowledge_base.types import Entry


def check_entries(entries: Sequence[Entry], rules: Rules) -> list[PublishFinding]:
    """Return all faults of a set of entries, relations and shared questions included."""
    return [*(finding for entry in entries for finding in check_entry(entry, rules)), *_between(entries)]


def _between(entries: Sequence[Entry]) -> list[PublishFinding]:
    return [*_repeated_ids(entries), *_lost_relations(entries), *_shared_questions(entries)]


def _repeated_ids(entries: Sequence[Entry]) -> Iterator[PublishFinding]:
    for entry_id, count in Counter(entry.id for entry in entries).items():
        if count > 1:
            yield PublishFinding("error", entry_id, f"{count} entries have this id", "id", "id", entry_id)


def _lost_relations(entries: Sequence[Entry]) -> Iterator[PublishFinding]:
    ids = {entry.id for entry in entries}
    for entry in entries:
        for item, other in enumerate(entry.related):
            if other not in ids:
                message = f"related entry {other!r} does not exist"
                yield PublishFinding("error", entry.id, message, "related", "related", other, item=item)


def _shared_questions(entries: Sequence[Entry]) -> Iterator[PublishFinding]:
    owners: dict[str, str] = {}
    for entry in entries:
        for item, question in enumerate(entry.questions if entry.kind == "answer" else (), start=-1):
            owner = owners.setdefault(normalize(question), entry.id)
            if owner != entry.id:
                message = f"question {question!r} also belongs to {owner!r}"
                field, place = ("question", None) if item < 0 else ("variants", item)
                yield PublishFinding("error", entry.id, message, "shared", field, question, owner, item=place)


def content_check(rules: Rules) -> PublishCheck:
    """Return the check of entries and relations for the publish step.

    Faults of entries that the publish leaves as they are do not hold it up: they are
    listed as warnings, unless the publish itself broke them (a relation to what it retires).
    """

    def check(state: DraftState) -> Sequence[PublishFinding]:
        on_that_day = replace(rules, today=state.today)
        distinct = {id(entry): entry for entry in (*state.previous, *state.entries)}
        by_itself = {key: check_entry(entry, on_that_day) for key, entry in distinct.items()}
        before, after = (
            [*(one for entry in entries for one in by_itself[id(entry)]), *_between(entries)]
            for entries in (state.previous, state.entries)
        )
        known = set(before)
        return [_as_warning(one) if one in known else one for one in after]

    return check


def changed_check(rules: Rules) -> PublishCheck:
    """Return the findings of ``content_check`` about the changed entries alone, in a fraction of the time.

    No other entry is looked at by itself, so that a preview of a few rows beside thousands of
    entries is quick.
    """

    def check(state: DraftState) -> Sequence[PublishFinding]:
        on_that_day = replace(rules, today=state.today)
        own, own_before = (
            [one for entry in entries if entry.id in state.changed for one in check_entry(entry, on_that_day)]
            for entries in (state.entries, state.previous)
        )
        beside = [one for one in _between(state.entries) if one.entry_id in state.changed]
        known = {*own_before, *(_between(state.previous) if beside else ())}
        return [_as_warning(one) if one in known else one for one in (*own, *beside)]

    return check


def _as_warning(finding: PublishFinding) -> PublishFinding:
    return replace(finding, severity="warning")
