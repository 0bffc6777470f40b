"""Runs labelled rows in several processes, or on a Dask cluster, in the order of the rows.

Every process opens its own services from the settings, once. What a row becomes does not depend
on who runs it, so the results are those of one process, but for the times.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import chain, islice

import joblib

from api.case_replies import reply_for
from api.services import Services, open_services
from evaluation.runner import ReplyFor, each_result, run_case
from evaluation.types import Case, CaseResult, Versions
from knowledge_base.errors import BaowenError, InvalidInputError
from knowledge_base.settings import Settings

ROWS_A_TASK = 25
INSTALL = "pip install 'baowen[dask]'"


class EvaluationError(BaowenError):
    """A run cannot be finished as it began."""

    code = "evaluation"
    http_status = 503


@dataclass(frozen=True, slots=True)
class Workers:
    """Who runs the rows.

    Attributes:
        processes: How many processes of this machine; 1 is this process itself.
        dask: Address of a Dask scheduler, whose workers run the rows instead.
    """

    processes: int = 1
    dask: str = ""


def results_of(cases: Iterable[Case], services: Services, workers: Workers) -> Iterator[CaseResult]:
    """Yield the result of every row, in their order.

    Args:
        cases: The rows; they are read as they are needed.
        services: What one process answers with; other processes open the same.
        workers: Who runs the rows.

    Raises:
        EvaluationError: A worker answers from another state than this process, or the cluster
            cannot be reached.
        InvalidInputError: The extra for Dask is not installed.
    """
    if workers.processes <= 1 and not workers.dask:
        return each_result(cases, reply_for(services))
    return _from_workers(cases, services, workers)


def _from_workers(cases: Iterable[Case], services: Services, workers: Workers) -> Iterator[CaseResult]:
    bundle = services.bundle
    expected = Versions(services.snapshot.version, bundle.version, bundle.thresholds.version)
    jobs = -1 if workers.dask else workers.processes
    with _cluster(workers.dask) if workers.dask else nullcontext():
        parallel = joblib.Parallel(jobs, return_as="generator", batch_size=1, pre_dispatch="3 * n_jobs")
        tasks = (joblib.delayed(run_rows)(services.settings, rows) for rows in _tasks(cases))
        for result in chain.from_iterable(parallel(tasks)):
            _require_same(result, expected)
            yield result


def _tasks(cases: Iterable[Case]) -> Iterator[list[Case]]:
    """Yield the rows some at a time."""
    left = iter(cases)
    while rows := list(islice(left, ROWS_A_TASK)):
        yield rows


def _require_same(result: CaseResult, expected: Versions) -> None:
    if result.reason != "failure" and result.versions != expected:
        raise EvaluationError(
            f"a worker answered from {result.versions} and not from {expected}: entries were published "
            "or thresholds changed meanwhile, or the worker has another home folder. Run again."
        )


@contextmanager
def _cluster(address: str) -> Iterator[None]:
    try:
        from dask.distributed import Client
    except ImportError:
        raise InvalidInputError(f"--dask needs an extra that is not installed: {INSTALL}") from None
    try:
        client = Client(address, timeout="5s")
    except (OSError, ValueError, TimeoutError) as error:
        raise EvaluationError(
            f"the Dask scheduler at {address!r} cannot be reached ({error}); check the address"
        ) from None
    with client, joblib.parallel_config("dask", client=client):
        yield


_lock = threading.Lock()
_opened: dict[Settings, ReplyFor] = {}


def run_rows(settings: Settings, rows: Sequence[Case]) -> list[CaseResult]:
    """Run some rows in a worker process, which opens its services at the first call."""
    with _lock:  # threads of one Dask worker share them
        if settings not in _opened:
            _opened[settings] = reply_for(open_services(settings))
        reply = _opened[settings]
    return [run_case(case, reply) for case in rows]
