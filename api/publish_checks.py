"""What a publish is checked for in this installation: content, retrieval, replay, certificate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from api.case_replies import reply_for
from api.certification import certificate_check
from api.draft_index import DraftIndex
from api.labelled_rows import read_labelled
from api.laws import known_laws
from api.services import Services
from api.validation import retrieval_bounds
from evaluation.replay import logged_questions, replay_check
from evaluation.runner import ReplyFor
from evaluation.types import Case
from knowledge_base.editing.checks.content import content_check
from knowledge_base.editing.checks.retrieval_findings import retrieval_check
from knowledge_base.editing.publishing import PublishRules
from knowledge_base.editing.rules import Rules, shipped_rules
from knowledge_base.editing.types import DraftState, PublishCheck, PublishFinding
from knowledge_base.types import Entry

Told = Callable[[str, int, int], None]
"""Takes which check begins, or how many of its steps are done and of how many."""


def rules_of(services: Services) -> Rules:
    """Return what entries are checked against in this installation."""
    own = services.own
    return shipped_rules(own.company, laws=known_laws(services.database), forbidden=own.wordings)


def publish_checks(services: Services, told: Told | None = None) -> tuple[PublishCheck, ...]:
    """Return the checks of entries, of retrieval, of decisions replayed, and of the certificate."""
    told, indexed = told or _unheard, DraftIndex(services)
    replayed = replay_check(
        lambda: replay_questions(services),
        lambda entries: reply_from(services, entries, indexed),
        services.settings.replay_worse,
        lambda done, total: told("replay", done, total),
    )
    return (
        *entry_checks(services, indexed, told),
        _announced("replay", replayed, told),
        _announced("certificate", certificate_check(services, indexed), told),
    )


def entry_checks(services: Services, indexed: DraftIndex, told: Told) -> tuple[PublishCheck, ...]:
    """Return the checks of entries, by themselves and beside each other, and of retrieval."""
    settings = services.settings
    rules = rules_of(services)
    bounds = retrieval_bounds(settings)
    found = retrieval_check(lambda entries: indexed(entries).index, services.tokenizer, bounds)
    return _announced("content", content_check(rules), told), _announced("retrieval", found, told)


def _announced(stage: str, check: PublishCheck, told: Told) -> PublishCheck:
    def announced(state: DraftState) -> Sequence[PublishFinding]:
        told(stage, 0, 0)
        return check(state)

    return announced


def _unheard(stage: str, done: int, total: int) -> None:
    pass


def publish_rules(services: Services, *, force: bool = False, told: Told | None = None) -> PublishRules:
    """Return what a publish in this installation has to keep to, its checks included."""
    settings = services.settings
    return PublishRules(settings.four_eyes, settings.vanishing_share, force, publish_checks(services, told))


def replay_questions(services: Services) -> tuple[Case, ...]:
    """Return the last logged questions, and the labelled ones of the set that is configured.

    Raises:
        InvalidInputError: The set cannot be read.
    """
    settings = services.settings
    with services.database.reading() as session:
        logged = logged_questions(session, settings.replay_questions)
    if settings.replay_data is None:
        return logged
    return (*read_labelled(settings.replay_data), *logged)


def reply_from(services: Services, entries: Sequence[Entry], indexed: DraftIndex | None = None) -> ReplyFor:
    """Return a function that answers from another state than the published one, logging nothing."""
    if tuple(entries) == tuple(services.snapshot.entries.values()):
        return reply_for(services)
    return reply_for(replace(services, snapshot=(indexed or DraftIndex(services))(entries)))
