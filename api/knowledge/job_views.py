"""Jobs as pages get them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.knowledge.jobs import is_lost
from api.knowledge.tables import JobRow

_LOST = {
    "code": "lost",
    "message": "The process that carried this out ended before it was done. Look what holds, and try again.",
    "detail": None,
}


def job_view(session: Session, job: JobRow) -> dict[str, Any]:
    """Return how far a job is, what came of it, or why it failed."""
    lost = is_lost(job, dt.datetime.now(dt.UTC))
    return {
        "id": job.id,
        "kind": job.kind,
        "by": job.actor,
        "by_name": display_names(session, [job.actor])[job.actor],
        "state": "failed" if lost else job.state,
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "started_at": job.started_at.isoformat(),
        "ended_at": None if job.state == "running" else job.beat_at.isoformat(),
        "result": job.result,
        "error": _LOST if lost else job.error,
    }
