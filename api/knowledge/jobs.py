"""Work that takes longer than a request may: run beside the requests, its progress in the database.

Whatever process is asked knows how far a job is, whichever carries it out. A job whose
process died stops beating and counts as lost; what jobs write, they write in one transaction.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Any, Literal

import structlog
from fastapi import Request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.knowledge.tables import JobRow
from knowledge_base.database import Database, take_edit_lock
from knowledge_base.editing.publishing import RefusedPublishError
from knowledge_base.errors import BaowenError, NotFoundError, place_of

Json = dict[str, Any]
Kind = Literal["publish", "rollback", "replay", "validate", "gate"]

Told = Callable[[str, int, int], None]
"""Takes the stage that a job is at, how many of its steps are done, and of how many."""

Work = Callable[[Told], Json]
"""Does the job and returns what came of it, as JSON."""

_BEAT_SECONDS = 1.0
_LOST_AFTER = dt.timedelta(seconds=30)
KEPT = dt.timedelta(days=30)
"""How long the outcome of a job can be asked for."""

_log = structlog.get_logger(__name__)


class _StoppingError(Exception):
    """The service ends; the job has written nothing."""


class Jobs:
    """Carries out one job of each kind at a time; lives as ``app.state.jobs``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stopping = threading.Event()
        self._progress: dict[str, tuple[str, int, int]] = {}
        self._workers: dict[str, ThreadPoolExecutor] = {}
        self._lock = threading.Lock()
        self._beating: threading.Thread | None = None

    def submit(self, kind: Kind, what: Json, actor: str, work: Work, keep: dt.timedelta) -> JobRow:
        """Begin a job, unless the same is under way or was done within ``keep``; return that one then.

        Args:
            kind: Jobs of one kind wait for each other, those of another do not.
            what: All that tells this job from others; what it is looked up by.
            actor: Who asked for it.
            work: Does it. What it raises is kept as the job's error.
            keep: How long the outcome counts for whoever asks for the same.

        Raises:
            StorageError: The database failed.
        """
        now, key = dt.datetime.now(dt.UTC), key_of(kind, what)
        with self._database.transaction() as session:
            take_edit_lock(session)
            if same := _found(session, key, now, keep):
                return same
            session.execute(delete(JobRow).where(JobRow.started_at < now - KEPT))
            job = _new_job(kind, key, actor, now)
            session.add(job)
        self._progress[job.id] = ("waiting", 0, 0)
        self._worker(kind).submit(self._run, job.id, work)
        return job

    def find(self, kind: Kind, what: Json, keep: dt.timedelta) -> JobRow | None:
        """Return the same job as ``submit`` would, if there is one; nothing is begun."""
        with self._database.reading() as session:
            return _found(session, key_of(kind, what), dt.datetime.now(dt.UTC), keep)

    def newest(self, kind: Kind, what: Json, keep: dt.timedelta) -> JobRow | None:
        """Return the newest job of this kind and matter, however it ended, not older than ``keep``."""
        newest = select(JobRow).where(JobRow.key == key_of(kind, what)).order_by(JobRow.started_at.desc())
        with self._database.reading() as session:
            job = session.scalars(newest.limit(1)).first()
        return job if job and dt.datetime.now(dt.UTC) - job.beat_at < keep else None

    def stop(self) -> None:
        """End: a job under way stops at its next step, one that writes is waited for."""
        self._stopping.set()
        for worker in self._workers.values():
            worker.shutdown(wait=True, cancel_futures=True)
        if self._beating:
            self._beating.join()

    def _worker(self, kind: str) -> ThreadPoolExecutor:
        with self._lock:
            if self._beating is None:
                self._beating = threading.Thread(target=self._beat, name="job-beat", daemon=True)
                self._beating.start()
            if kind not in self._workers:
                self._workers[kind] = ThreadPoolExecutor(1, thread_name_prefix=f"job-{kind}")
            return self._workers[kind]

    def _run(self, job_id: str, work: Work) -> None:
        def told(stage: str, done: int = 0, total: int = 0) -> None:
            if self._stopping.is_set():
                raise _StoppingError
            self._progress[job_id] = (stage, done, total)

        result, error = None, None
        try:
            result = work(told)
        except RefusedPublishError as refusal:
            error = error_facts(refusal) | {"findings": [asdict(one) for one in refusal.findings]}
        except BaowenError as refusal:
            error = error_facts(refusal)
        except _StoppingError:
            error = {"code": "stopped", "message": "The service was stopped meanwhile. Try again."}
        except Exception as fault:
            _log.error("job_failed", error=type(fault).__name__, place=place_of(fault))
            error = {"code": "internal", "message": "The service failed. Try again."}
        self._settle(job_id, result, error)

    def _settle(self, job_id: str, result: Json | None, error: Json | None) -> None:
        stage, done, total = self._progress.pop(job_id)
        try:
            with self._database.transaction() as session:
                job = session.get_one(JobRow, job_id)
                job.state = "done" if error is None else "failed"
                job.stage, job.done, job.total = stage, done, total
                job.result, job.error, job.beat_at = result, error, dt.datetime.now(dt.UTC)
        except BaowenError as failure:  # it stops beating, and so counts as lost
            _log.error("job_not_settled", problem=failure.message)

    def _beat(self) -> None:
        while not self._stopping.wait(_BEAT_SECONDS):
            under_way = dict(self._progress)
            if not under_way:
                continue
            try:
                with self._database.transaction() as session:
                    _write_progress(session, under_way)
            except BaowenError as failure:
                _log.error("job_progress_not_written", problem=failure.message)


def key_of(kind: Kind, what: Json) -> str:
    """Return the hash of what a job was asked for."""
    return hashlib.sha256(json.dumps([kind, what], sort_keys=True).encode()).hexdigest()


def error_facts(error: BaowenError) -> Json:
    """Return an error as the API tells it."""
    return {"code": error.code, "message": error.message, "detail": list(error.detail) or None}


def find_job(session: Session, job_id: str) -> JobRow:
    """Return a job.

    Raises:
        NotFoundError: There is none of that id, or it was long ago.
    """
    job = session.get(JobRow, job_id)
    if job is None:
        raise NotFoundError(f"There is no job {job_id!r}; jobs are kept for {KEPT.days} days.")
    return job


def is_lost(job: JobRow, now: dt.datetime) -> bool:
    """Tell whether the process that carried a job out is gone."""
    return job.state == "running" and now - job.beat_at > _LOST_AFTER


def jobs_of(request: Request) -> Jobs:
    """Return the jobs of the application that a request came to."""
    jobs: Jobs = request.app.state.jobs
    return jobs


def _new_job(kind: str, key: str, actor: str, now: dt.datetime) -> JobRow:
    progress = {"stage": "waiting", "done": 0, "total": 0, "started_at": now, "beat_at": now}
    return JobRow(id=uuid.uuid4().hex, kind=kind, key=key, actor=actor, state="running", **progress)


def _found(session: Session, key: str, now: dt.datetime, keep: dt.timedelta) -> JobRow | None:
    query = select(JobRow).where(JobRow.key == key, JobRow.state != "failed")
    job = session.scalars(query.order_by(JobRow.started_at.desc()).limit(1)).first()
    if job is None or is_lost(job, now):
        return None
    return job if job.state == "running" or now - job.beat_at < keep else None


def _write_progress(session: Session, progress: dict[str, tuple[str, int, int]]) -> None:
    now = dt.datetime.now(dt.UTC)
    for job in session.scalars(select(JobRow).where(JobRow.id.in_(progress), JobRow.state == "running")):
        job.stage, job.done, job.total = progress[job.id]
        job.beat_at = now
