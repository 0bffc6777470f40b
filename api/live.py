"""The service as it runs: follows what is published, without a restart.

A watcher looks for a newer snapshot. Its index is built beside the one in use,
then one reference is exchanged: a request that began keeps the state it began
with, the next one gets the new state. What cannot be served is refused, and the
old state goes on.
"""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from api.bundle_in_use import bundle_folder, read_note, write_note
from api.lasting_memory import settle_memory
from api.laws import suspend_due
from api.publish_checks import publish_rules
from api.releasing import require_released, require_released_state
from api.scheduled_publishes import note_carried_out
from api.services import Services, open_own_content, with_bundle, with_own_content
from assistant.pipeline import Assistant
from evaluation.online.trials import newest_use
from evaluation.release import release_marks
from knowledge_base.editing.own_content import newest_edit
from knowledge_base.editing.repository import list_snapshots, newest_number
from knowledge_base.editing.scheduling import is_due, publish_due
from knowledge_base.editing.snapshots import (
    PublishedState,
    RefusedSnapshot,
    load_snapshot,
    require_servable,
)
from knowledge_base.errors import BaowenError, BundleError

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """One published state with the assistant that answers from it."""

    services: Services
    assistant: Assistant

    @property
    def number(self) -> int:
        """Return the snapshot's number."""
        return self.services.published.info.number


class LiveService:
    """Hands out the state to answer from, and exchanges it when a newer one is published."""

    def __init__(self, services: Services) -> None:
        self._serving = Serving(services, services.logging_assistant())
        self._refused = services.refused
        self._signed: frozenset[str] = frozenset()  # the releases there were when it was refused
        self._exchanging = threading.Lock()
        self._refused_edit = 0
        self._looked_on: dt.date | None = None
        self._followed = 0  # the newest promotion that was looked at
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def serving(self) -> Serving:
        """Return the state in use; hold on to it for the length of one request."""
        return self._serving

    @property
    def refused(self) -> RefusedSnapshot | None:
        """Return the newest snapshot, where it could not be served."""
        return self._refused

    def restand(self, before: Services, now: Services) -> None:
        """Serve by other thresholds, unless another state was put in place meanwhile: that is newer."""
        with self._exchanging:
            if self._serving.services is before:
                self._serving = Serving(now, now.logging_assistant())

    def start(self) -> None:
        """Watch for newer snapshots until ``stop``."""
        self._watcher = threading.Thread(target=self._watch, name="snapshot-watcher", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Stop watching; an index that is being built is waited for."""
        self._stopping.set()
        if self._watcher:
            self._watcher.join()

    def _watch(self) -> None:
        while not self._stopping.wait(self._serving.services.settings.poll_seconds):
            try:
                self.carry_out_due(dt.date.today())
                self.refresh()
                self.follow_bundle()
            except BaowenError as error:  # the database is away: what is in memory goes on serving
                _log.error("snapshot_watch_failed", problem=error.message)

    def carry_out_due(self, today: dt.date) -> None:
        """Publish what was scheduled for today or before, and suspend what rests on replaced laws.

        Raises:
            StorageError: The database failed.
        """
        services = self._serving.services
        if today != self._looked_on:
            suspend_due(services.database, today)
            self._looked_on = today
        with services.database.reading() as session:
            due = is_due(session, today)
        if due:
            now = dt.datetime.now(dt.UTC)
            rules = publish_rules(services)
            for failed in publish_due(services.database, rules, today, now, note_carried_out):
                _log.error("scheduled_publish_failed", number=failed.id, problem=failed.outcome)

    def refresh(self) -> None:
        """Serve the newest snapshot and own content, where they are others than those in use.

        Raises:
            StorageError: The database cannot be read.
        """
        database = self._serving.services.database
        with database.reading() as session:
            newest, edit = newest_number(session), newest_edit(session)
        if edit not in (self._serving.services.own.edit, self._refused_edit):
            self._take_edit(edit)
        if newest == self._serving.number:
            self._refused = None
        elif self._refused is None or (self._refused.number, self._signed) != (newest, self._releases()):
            self._exchange(newest)

    def follow_bundle(self) -> None:
        """Serve the bundle that was promoted last, where this home has not taken it over yet.

        A bundle that cannot be used is refused, told in the log, and the one in use goes on.

        Raises:
            StorageError: The database cannot be read.
        """
        services = self._serving.services
        if services.settings.bundle:
            return
        with services.database.reading() as session:
            use = newest_use(session)
            told = (use.id, use.version, Path(use.folder)) if use else None
        if told is None or told[0] <= max(self._followed, read_note(services.home).use):
            return
        self._followed = told[0]
        try:
            self._take_over(*told)
        except Exception as error:  # whatever is wrong with it, the one in use answers
            problem = error.message if isinstance(error, BaowenError) else type(error).__name__
            _log.error("bundle_refused", bundle=told[1], serving=services.bundle.version, problem=problem)

    def _take_over(self, use: int, version: str, folder: Path) -> None:
        services = self._serving.services
        before = bundle_folder(services.settings, services.home)
        write_note(services.home, use, folder)
        if services.bundle.version == version:
            return
        try:
            newer = with_bundle(services, folder)
            if newer.bundle.version != version:
                raise BundleError(f"Bundle {str(folder)!r} is {newer.bundle.version}, not {version}.")
            require_released(newer)
        except Exception:
            write_note(services.home, use, before)
            raise
        with self._exchanging:
            self._serving = Serving(newer, newer.logging_assistant())
        settle_memory()
        _log.info("bundle_served", bundle=version)

    def _releases(self) -> frozenset[str]:
        return release_marks(self._serving.services.home.releases)

    def _take_edit(self, edit: int) -> None:
        """Serve with the newest own content; what cannot be used is refused, and the old one goes on."""
        services = self._serving.services
        try:
            own = open_own_content(services.settings, services.home, services.database)
            newer = with_own_content(services, own)
            with self._exchanging:
                newer = replace(newer, bundle=self._serving.services.bundle)
                newer = replace(newer, standing=self._serving.services.standing)
                self._serving = Serving(newer, newer.logging_assistant())
        except Exception as error:  # whatever is wrong with it, the old one answers
            self._refused_edit = edit
            problem = error.message if isinstance(error, BaowenError) else type(error).__name__
            _log.error("own_content_refused", edit=edit, problem=problem)
        else:
            settle_memory()
            _log.info("own_content_served", edit=own.edit)

    def _exchange(self, newest: int) -> None:
        services, self._signed = self._serving.services, self._releases()
        try:
            with services.database.reading() as session:
                published = load_snapshot(session, newest)
                passed = [one for one in list_snapshots(session) if one.number > self._serving.number]
            self._require_servable(published, forced=any(one.forced for one in passed))
            require_released_state(services, published)
            newer = services.serving(published)
            with self._exchanging:
                self._serving = Serving(newer, newer.logging_assistant())
        except Exception as error:  # whatever is wrong with a new state, the old one answers
            problem = error.message if isinstance(error, BaowenError) else type(error).__name__
            self._refused = RefusedSnapshot(newest, problem)
            _log.error("snapshot_refused", snapshot=newest, serving=self._serving.number, problem=problem)
        else:
            self._refused = None
            settle_memory()
            _log.info("snapshot_served", snapshot=newest, entries=published.info.entry_count)

    def _require_servable(self, published: PublishedState, *, forced: bool) -> None:
        services = self._serving.services
        share = services.settings.vanishing_share
        require_servable(published.entries, services.published.entries, share, forced=forced)
