"""Evaluates the assistant of an installation: rows in, predictions and a report out, as they come."""

from __future__ import annotations

import datetime as dt
import hashlib
import platform
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from api.services import Services
from evaluation.case_source import CaseSource
from evaluation.costs import Prices
from evaluation.gathering import Gatherer
from evaluation.online.targets import read_targets
from evaluation.predictions import prediction_line, predictions_file
from evaluation.reports.analyses import CertifiedPoint
from evaluation.reports.page_data import Names
from evaluation.reports.targets import RunTargets, run_targets
from evaluation.types import CaseResult, Report, RunFacts
from knowledge_base.settings import Settings
from knowledge_base.taxonomy import shipped_taxonomy

_PROGRAMS = ("baowen", "numpy", "onnxruntime", "faiss-cpu", "jieba", "bm25s")
_BESIDE_DECISIONS = frozenset(
    {"home", "database_url", "host", "port", "actor", "dask", "release_key", "recommend_share"}
)


def facts_of(services: Services, cases: CaseSource, command: str) -> RunFacts:
    """Return all that is needed to repeat a run on these services."""
    return RunFacts(
        data=cases.path.name,
        data_hash=cases.data_hash,
        kb_hash=services.snapshot.version,
        bundle_hash=services.bundle.version,
        settings_hash=settings_hash(services),
        where=cases.where,
        evaluated_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        command=command,
        programs={"python": platform.python_version(), **{name: version(name) for name in _PROGRAMS}},
        thresholds=services.bundle.thresholds,
        certificate=_certified(services),
        prices=prices_of(services.settings),
    )


def names_of(services: Services) -> Names:
    """Return what intents, queues and published entries are called."""
    taxonomy = shipped_taxonomy()
    return Names(
        intents={intent.id: intent.name for intent in taxonomy.intents.values()},
        queues=taxonomy.queues,
        entries={entry.id: entry.question for entry in services.published.entries},
    )


def targets_of(services: Services) -> RunTargets:
    """Return what the installation holds a run to.

    Raises:
        ContentError: Its ``targets.yaml`` cannot be used.
    """
    return run_targets(read_targets(services.home.content))


def prices_of(settings: Settings) -> Prices:
    """Return what mistakes cost in this installation."""
    return Prices(settings.price_wrong_answer, settings.price_needless_handoff, settings.price_missed_handoff)


def settings_hash(services: Services) -> str:
    """Return the SHA-256 of the settings, the company profile and the installation's own content.

    Where things are stored and served has no part in it.
    """
    found = hashlib.sha256(services.settings.model_dump_json(exclude=set(_BESIDE_DECISIONS)).encode())
    found.update(repr(services.company).encode())
    own = services.own
    if own.edit:  # edited on the pages: what is in the files is not all
        rules = [(one.id, one.pattern.pattern, one.instead) for one in own.wordings]
        found.update(repr((own.terms, own.protected, own.synonyms.fingerprint, rules)).encode())
    for path in sorted(services.home.content.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(services.home.content).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()


def _certified(services: Services) -> CertifiedPoint | None:
    certificate = services.standing.certificate
    if certificate is None:
        return None
    claims = certificate.stored["claims"]
    return CertifiedPoint(
        id=certificate.id,
        stand=services.standing.stand,
        cut=certificate.thresholds.default.answer,
        accuracy=float(claims["accuracy"]["promised"]),
        handoff=float(claims["handoff"]["promised"]),
        confidence=float(certificate.stored["confidence"]),
    )


def gather(
    results: Iterable[CaseResult],
    gatherer: Gatherer,
    predictions: Iterable[Path],
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Take results as they come, writing a line of each to every file of ``predictions``.

    Raises:
        InvalidInputError: A file cannot be written.
    """
    with ExitStack() as open_files:
        files = [open_files.enter_context(predictions_file(path)) for path in predictions]
        for done, result in enumerate(results, 1):
            gatherer.add(result)
            if files:
                weight = gatherer.weight(result.case.action, result.case.weight)
                line = prediction_line(result, weight, gatherer.prices)
                for file in files:
                    file.write(line)
            if progress:
                progress(done)
    return gatherer.report()
