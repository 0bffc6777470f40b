"""Wires the parts together: settings in, a running assistant out."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import faiss
import structlog
from threadpoolctl import threadpool_limits

from api.bundle_in_use import bundle_folder
from api.laws import suspend_due
from api.schema import upgrade_schema
from assistant.certificate import SHIPPED_NAME, Certificate, Standing, read_certificate, standing
from assistant.decision_log import DecisionLog
from assistant.pipeline import Assistant, Recorder
from assistant.replies import ReplyWriter, read_frames
from assistant.traditional import TraditionalWriter
from assistant.types import Thresholds
from assistant.understanding.bundle import Bundle, load_bundle
from assistant.understanding.cues import shipped_cues
from assistant.understanding.intents import voters_of
from knowledge_base.company import CompanyProfile
from knowledge_base.database import Database, open_engine
from knowledge_base.editing.own_content import ContentFiles, OwnContent, read_own_content
from knowledge_base.editing.shipping import SHIPPED, ShippedUpdate, update_shipped
from knowledge_base.editing.snapshots import PublishedState, RefusedSnapshot, load_newest
from knowledge_base.search.faiss_index import HNSW_ABOVE
from knowledge_base.search.index_cache import IndexCache
from knowledge_base.search.lexicon import kept_words, own_terms
from knowledge_base.search.search import SearchIndex
from knowledge_base.search.snapshots import Snapshot, make_snapshot
from knowledge_base.search.synonyms import read_synonyms
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.settings import Home, Settings
from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import Entry

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What indexes and searches a set of entries, published or not."""

    settings: Settings
    home: Home
    tokenizer: Tokenizer
    bundle: Bundle

    def snapshot(self, entries: Sequence[Entry]) -> Snapshot:
        """Index a state; vectors and terms that are in the cache are not made again.

        Raises:
            ContentError: There is no answer to search for.
        """
        return snapshot_of(entries, self.bundle, self.tokenizer, self.home, self.settings.hnsw_above)

    def index(self, entries: Sequence[Entry]) -> SearchIndex:
        """Return the index of a state; see ``snapshot``."""
        return self.snapshot(entries).index


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a command or the server works with.

    Attributes:
        retrieval: What makes indexes; settings, home and tokenizer are its own.
        bundle: The trained model, with the thresholds to decide by.
        own: Company profile, lexicons and wording rules.
        traditional: Rewrites replies for customers who write traditional script.
        snapshot: The index of the published state.
        published: That state, with its number.
        standing: What may be said of the thresholds.
        refused: The newest snapshot, where it could not be served and an older one is.
    """

    retrieval: Retrieval
    bundle: Bundle
    database: Database
    own: OwnContent
    traditional: TraditionalWriter
    snapshot: Snapshot
    shipped_update: ShippedUpdate
    published: PublishedState
    standing: Standing
    refused: RefusedSnapshot | None = None

    @property
    def settings(self) -> Settings:
        """Return the installation's settings."""
        return self.retrieval.settings

    @property
    def home(self) -> Home:
        """Return the home folder."""
        return self.retrieval.home

    @property
    def tokenizer(self) -> Tokenizer:
        """Return the tokeniser of the index."""
        return self.retrieval.tokenizer

    @property
    def company(self) -> CompanyProfile:
        """Return what differs from insurer to insurer in answers."""
        return self.own.company

    @property
    def fitted_thresholds(self) -> Thresholds:
        """Return the thresholds that the bundle came with."""
        return self.retrieval.bundle.thresholds

    def assistant(self, recorder: Recorder | None = None) -> Assistant:
        """Return an assistant that serves this state; ``recorder`` takes note of decisions."""
        taxonomy, cues = shipped_taxonomy(), shipped_cues()
        writer = ReplyWriter(self.snapshot.entries, self.company, taxonomy, cues, read_frames())
        return Assistant(
            self.bundle, self.snapshot, self.tokenizer, taxonomy, writer, cues, recorder, self.traditional
        )

    def logging_assistant(self) -> Assistant:
        """Return an assistant that logs every decision to the database."""
        return self.assistant(DecisionLog(self.database).record)

    def serving(self, published: PublishedState) -> Services:
        """Return the same services for another published state, whose index is built here.

        Raises:
            ContentError: It has no answer.
            CertificateError: A certificate is damaged.
        """
        snapshot, stand = index_and_judge(self.retrieval, published)
        bundle = replace(self.bundle, thresholds=stand.thresholds)
        return replace(
            self, bundle=bundle, snapshot=snapshot, published=published, standing=stand, refused=None
        )


def with_own_content(services: Services, own: OwnContent) -> Services:
    """Return the same services with other own content; the index is built anew where words changed.

    Raises:
        ContentError: There is no answer to search for.
    """
    changed = replace(services, own=own, traditional=open_traditional(services.settings, own))
    before = services.own
    if (own.terms, own.synonyms.fingerprint) == (before.terms, before.synonyms.fingerprint):
        return changed
    retrieval = replace(services.retrieval, tokenizer=open_tokenizer(services.home, own))
    return replace(changed, retrieval=retrieval, snapshot=retrieval.snapshot(services.published.entries))


def with_bundle(services: Services, folder: Path) -> Services:
    """Return the same services with another bundle, over the same published state.

    An encoder that is the same is shared, so that a second bundle costs little memory.

    Raises:
        BundleError: The bundle is not usable.
    """
    bundle = load_bundle(folder, os.cpu_count() or 1)
    if bundle.encoder.fingerprint == services.bundle.encoder.fingerprint:
        bundle = replace(bundle, encoder=services.bundle.encoder)
    changed = replace(services, retrieval=replace(services.retrieval, bundle=bundle), bundle=bundle)
    return changed.serving(services.published)


def open_retrieval(settings: Settings, own: OwnContent | None = None) -> Retrieval:
    """Open the home folder, the bundle and the tokeniser, without database or entries.

    Args:
        settings: The installation's settings.
        own: The lexicons that count; without it those of the home folder.

    Raises:
        BaowenError: A part is not usable.
    """
    _use_one_thread()
    home = Home.open(settings.home)
    bundle = load_bundle(bundle_folder(settings, home), os.cpu_count() or 1)
    tokenizer = open_tokenizer(home, own) if own else file_tokenizer(home)
    return Retrieval(settings, home, tokenizer, bundle)


def open_tokenizer(home: Home, own: OwnContent) -> Tokenizer:
    """Return the tokeniser with the shipped lexicons and the installation's own."""
    return Tokenizer(home.dictionary_cache, own.terms, own.synonyms)


def file_tokenizer(home: Home) -> Tokenizer:
    """Return the tokeniser with the lexicons of the home folder, where no database is opened.

    Raises:
        BaowenError: A lexicon is not usable.
    """
    return Tokenizer(home.dictionary_cache, own_terms(home.lexicons), read_synonyms(home.lexicons))


def content_files(settings: Settings, home: Home) -> ContentFiles:
    """Return where the files of the installation's own content are."""
    return ContentFiles(settings.company_profile, home.content)


def open_own_content(settings: Settings, home: Home, database: Database) -> OwnContent:
    """Return company profile, lexicons and wording rules as they count now.

    Raises:
        ContentError: A file is not usable.
    """
    with database.reading() as session:
        return read_own_content(session, content_files(settings, home))


def open_database(settings: Settings, home: Home) -> Database:
    """Open the database and bring its schema up to date."""
    engine = open_engine(home.database_url(settings.database_url))
    upgrade_schema(engine)
    return Database(engine)


def load_entries(database: Database) -> tuple[tuple[Entry, ...], ShippedUpdate]:
    """Update the shipped content in the database and return what is published."""
    published, update, _ = load_published(database)
    return published.entries, update


def load_published(database: Database) -> tuple[PublishedState, ShippedUpdate, RefusedSnapshot | None]:
    """Update the shipped content in the database and read the newest state that can be served.

    Raises:
        ContentError: No snapshot can be served.
    """
    with database.transaction() as session:
        update = update_shipped(session, SHIPPED, dt.datetime.now(dt.UTC))
    suspend_due(database)
    with database.reading() as session:
        published, refused = load_newest(session)
    if refused:
        _log.error(
            "snapshot_refused",
            snapshot=refused.number,
            serving=published.info.number,
            problem=refused.problem,
        )
    return published, update, refused


def open_services(settings: Settings) -> Services:
    """Open the home folder, the database, the bundle and the index.

    Args:
        settings: The installation's settings.

    Raises:
        BaowenError: A part is not usable; the message says which and what to do.
    """
    home = Home.open(settings.home)
    database = open_database(settings, home)
    own = open_own_content(settings, home, database)
    retrieval = open_retrieval(settings, own)
    published, update, refused = load_published(database)
    snapshot, stand = index_and_judge(retrieval, published)
    bundle = replace(retrieval.bundle, thresholds=stand.thresholds)
    traditional = open_traditional(settings, own)
    return Services(
        retrieval, bundle, database, own, traditional, snapshot, update, published, stand, refused
    )


def open_traditional(settings: Settings, own: OwnContent) -> TraditionalWriter:
    """Return what rewrites replies in traditional script."""
    return TraditionalWriter(settings.traditional, (*own.company.names, *own.protected), kept_words())


def index_and_judge(retrieval: Retrieval, published: PublishedState) -> tuple[Snapshot, Standing]:
    """Index a published state, and find what may be said of the thresholds while it serves.

    Raises:
        ContentError: It has no answer.
        CertificateError: A certificate is damaged.
    """
    snapshot, bundle = retrieval.snapshot(published.entries), retrieval.bundle
    return snapshot, standing_of(
        retrieval.settings, retrieval.home, bundle, snapshot.version, bundle.thresholds
    )


def snapshot_of(
    entries: Sequence[Entry],
    bundle: Bundle,
    tokenizer: Tokenizer,
    home: Home,
    hnsw_above: int = HNSW_ABOVE,
) -> Snapshot:
    """Index entries as a bundle was trained to search them.

    Raises:
        ContentError: There is no answer among them.
    """
    cache = IndexCache(home.index_cache)
    return make_snapshot(
        entries,
        bundle.encoder,
        tokenizer,
        cache,
        bundle.dense_weight,
        bundle.examples,
        bundle.known,
        hnsw_above,
    )


def standing_of(settings: Settings, home: Home, bundle: Bundle, kb: str, fitted: Thresholds) -> Standing:
    """Return the thresholds to decide by now, and what may be said of them.

    Raises:
        CertificateError: A certificate is damaged.
    """
    shipped = shipped_certificate(bundle_folder(settings, home))
    return standing(home.certificates, bundle.version, fitted, kb, shipped)


def shipped_certificate(folder: Path) -> Certificate | None:
    """Return the certificate that lies with a bundle, if any.

    Raises:
        CertificateError: It is damaged.
    """
    path = folder / SHIPPED_NAME
    return read_certificate(path) if path.is_file() else None


def _use_one_thread() -> None:
    """Keep matrix products of one question on one core.

    They last a millisecond; waking other threads costs more, and processes that
    serve side by side would fight for cores.
    """
    threadpool_limits(limits=1)
    faiss.omp_set_num_threads(1)


def intent_predictor(bundle: Bundle, index: SearchIndex) -> Callable[[Sequence[str]], list[str]]:
    """Return a function that names the intent of normalised texts; ``index`` knows labelled ones."""

    def predict(texts: Sequence[str]) -> list[str]:
        pairs = zip(texts, bundle.encoder.encode(texts), strict=True)
        return [
            bundle.intents.predict(text, vector, voters_of(index, index.nearest(vector))).label
            for text, vector in pairs
        ]

    return predict
