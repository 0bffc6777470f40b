"""Rows run in several processes, or on a Dask cluster, give what one process gives."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import NoReturn

import pytest

from api.evaluation_workers import INSTALL, EvaluationError, Workers, results_of
from api.labelled_rows import open_labelled

ROWS = Path(str(files("evaluation"))) / "datasets" / "test.jsonl"


@pytest.fixture(scope="module")
def cases():
    """Return 60 of the shipped test questions."""
    return [case for number, case in enumerate(open_labelled(ROWS)) if number % 31 == 0][:60]


@pytest.fixture(scope="module")
def alone(cases, services):
    """Return what one process makes of them, without times."""
    return timeless(results_of(cases, services, Workers()))


def timeless(results):
    return [replace(result, elapsed_ms=0.0) for result in results]


def _missing(what: str) -> NoReturn:
    reason = f"{what} is missing; install it with: {INSTALL}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def test_two_processes_give_the_same_in_the_same_order(cases, services, alone) -> None:
    assert timeless(results_of(cases, services, Workers(processes=2))) == alone


def test_two_workers_of_a_dask_cluster_give_the_same(cases, services, alone) -> None:
    try:
        from dask.distributed import Client, LocalCluster
    except ImportError:
        _missing("dask")
    with LocalCluster(2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        found = timeless(results_of(cases, services, Workers(dask=cluster.scheduler_address)))
        with Client(cluster) as client:
            opened = client.run(_opened_services)
    assert found == alone
    assert list(opened.values()) == [1, 1]  # both took part, and each opened its services once


def _opened_services() -> int:
    from api import evaluation_workers

    return len(evaluation_workers._opened)


def test_a_cluster_that_is_not_there(cases, services) -> None:
    pytest.importorskip("dask", reason=INSTALL)
    with pytest.raises(EvaluationError, match="cannot be reached"):
        list(results_of(cases, services, Workers(dask="tcp://127.0.0.1:1")))


def test_workers_of_another_state_are_refused(cases, services) -> None:
    other = replace(services, snapshot=replace(services.snapshot, version="another"))
    with pytest.raises(EvaluationError, match="worker answered from"):
        list(results_of(cases[:2], other, Workers(processes=2)))
