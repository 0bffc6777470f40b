"""Lets a candidate through the gate in the background, once for all who ask."""

from __future__ import annotations

import datetime as dt

from api.evaluation_run import prices_of
from api.knowledge.jobs import Jobs, Json, Told
from api.knowledge.tables import JobRow
from api.labelled_rows import SHIPPED_TEST, read_labelled
from api.loop.candidate_views import gate_lines, verdict_view
from api.loop.promotion import try_candidate
from api.low_priority import lower_priority
from api.services import Services
from evaluation.gate_files import Gate, Regression
from evaluation.gates import GateLine
from knowledge_base.errors import ConflictError

KEPT = dt.timedelta(hours=24)
"""How long a verdict counts: live traffic goes on."""

_REGRESSION = Regression()


def begin_check(services: Services, jobs: Jobs, version: str, actor: str) -> JobRow:
    """Begin to check a candidate, or return the check that is under way."""

    def work(told: Told) -> Json:
        lower_priority()
        cases = read_labelled(SHIPPED_TEST)
        prices = prices_of(services.settings)
        return verdict_view(
            try_candidate(services, version, cases, Gate(regression=_REGRESSION), prices, told), _REGRESSION
        )

    return jobs.submit("gate", _what(services, version), actor, work, dt.timedelta(0))


def latest_check(services: Services, jobs: Jobs, version: str) -> JobRow | None:
    """Return the newest check of a candidate against what is in use now, failed ones too."""
    return jobs.newest("gate", _what(services, version), KEPT)


def require_verdict(services: Services, jobs: Jobs, version: str) -> tuple[GateLine, ...]:
    """Return the lines of the gate's newest verdict.

    Raises:
        ConflictError: There is none that still counts.
    """
    job = jobs.find("gate", _what(services, version), KEPT)
    if job is None or job.state != "done" or job.result is None:
        hours = KEPT.total_seconds() / 3600
        raise ConflictError(
            f"Candidate {version} was not checked against bundle {services.bundle.version} and the published "
            f"entries within {hours:.0f} hours. Check it by the gate first."
        )
    return gate_lines(job.result)


def _what(services: Services, version: str) -> Json:
    return {"candidate": version, "champion": services.bundle.version, "kb": services.snapshot.version}
