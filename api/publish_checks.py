"""What a publish is checked for in this installation: content, retrieval, replay, certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from api.case_replies import reply_for
from api.certification import certificate_check
from api.labelled_rows import read_labelled
from api.laws import known_laws
from api.services import Retrieval, Services, snapshot_of
from api.validation import retrieval_bounds
from evaluation.replay import logged_questions, replay_check
from evaluation.runner import ReplyFor
from evaluation.types import Case
from knowledge_base.editing.checks.content import content_check
from knowledge_base.editing.checks.retrieval_findings import retrieval_check
from knowledge_base.editing.publishing import PublishRules
from knowledge_base.editing.rules import shipped_rules
from knowledge_base.editing.types import PublishCheck
from knowledge_base.types import Entry


def publish_checks(services: Services) -> tuple[PublishCheck, ...]:
    """Return the checks of entries, of retrieval, of decisions replayed, and of the certificate."""
    settings = services.settings
    laws = known_laws(services.database)
    rules = shipped_rules(services.company, overrides=services.home.content, laws=laws)
    retrieval = Retrieval(settings, services.home, services.tokenizer, services.bundle)
    return (
        content_check(rules),
        retrieval_check(retrieval.index, services.tokenizer, retrieval_bounds(settings)),
        replay_check(
            lambda: replay_questions(services), lambda e: reply_from(services, e), settings.replay_worse
        ),
        certificate_check(services),
    )


def publish_rules(services: Services, *, force: bool = False) -> PublishRules:
    """Return what a publish in this installation has to keep to, its checks included."""
    settings = services.settings
    return PublishRules(settings.four_eyes, settings.vanishing_share, force, publish_checks(services))


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


def reply_from(services: Services, entries: Sequence[Entry]) -> ReplyFor:
    """Return a function that answers from another state than the published one, logging nothing."""
    if tuple(entries) == tuple(services.snapshot.entries.values()):
        return reply_for(services)
    above = services.settings.hnsw_above
    snapshot = snapshot_of(entries, services.bundle, services.tokenizer, services.home, above)
    return reply_for(replace(services, snapshot=snapshot))
