"""Brings finished runs to the rows they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evaluation.costs import Prices
from evaluation.relabelling import Asked, Decided, label_of, relabel
from evaluation.runs import Run, RunRow
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError
from knowledge_base.personal_data import mask_personal_data


@dataclass(frozen=True, slots=True)
class Pairing:
    """Runs row by row.

    Attributes:
        names: What the runs are called.
        cases: The common rows, in the order of the first run.
        rows: For each run its row of every case.
        weights: float64 [cases]: what the rows count in the last run.
        relabelled: Rows, as in the first run, that were left out because they were labelled anew.
        decided: Common rows that are judged by what people decided, because a run held something
            else for right.
        notes: What was left out or differs, in sentences.
    """

    names: tuple[str, ...]
    cases: tuple[Case, ...]
    rows: tuple[tuple[RunRow, ...], ...]
    weights: NDArray[np.float64]
    relabelled: tuple[Case, ...]
    decided: tuple[Case, ...]
    notes: tuple[str, ...]


def pair_decided(runs: Sequence[Run], decided: Mapping[Asked, Decided], prices: Prices) -> Pairing:
    """Pair runs as ``pair_runs``, after judging them by what people decided; see ``relabel``.

    Raises:
        InvalidInputError: They have no row in common, or a row was altered.
    """
    told = relabel(runs, decided, prices)
    pairing = pair_runs(told.runs)
    known = [told.known[case.id] for case in pairing.cases if case.id in told.known]
    changed = tuple(case for case in pairing.cases if case.id in told.changed)
    of = ", ".join(f"{n} by {by}" for by, n in sorted(Counter(one.by for one in known).items()))
    note = (
        f"people decided what is right of {len(known)} rows{of and f' ({of})'}; {len(changed)} of them were "
        "labelled otherwise and are judged anew in all runs."
    )
    return replace(pairing, decided=changed, notes=(note, *pairing.notes))


def pair_runs(runs: Sequence[Run]) -> Pairing:
    """Pair runs by row id; a row counts where all runs asked the same of it, and held the same for right.

    Raises:
        InvalidInputError: They have no such row in common.
    """
    by_id = [{row.case.id: row for row in run.rows} for run in runs]
    shared = [id_ for id_ in by_id[0] if all(id_ in rows for rows in by_id)]
    asked = [id_ for id_ in shared if len({_asked(rows[id_].case) for rows in by_id}) == 1]
    common = [id_ for id_ in asked if len({label_of(rows[id_].case) for rows in by_id}) == 1]
    if not common:
        raise InvalidInputError(_why_none(runs, len(shared), len(asked)))
    rows = tuple(tuple(of[id_] for id_ in common) for of in by_id)
    weights = np.array([[row.saved.weight for row in of] for of in rows])
    notes = (*_left_out(runs, len(shared), len(asked), len(common)), *_reweighted(weights))
    cases = tuple(row.case for row in rows[-1])
    kept = set(common)
    relabelled = tuple(by_id[0][id_].case for id_ in asked if id_ not in kept)
    return Pairing(tuple(run.name for run in runs), cases, rows, weights[-1], relabelled, (), notes)


def _asked(case: Case) -> tuple[object, ...]:
    """Return what an assistant was asked, as files keep it: masked, without the messages before."""
    return mask_personal_data(case.text), case.channel, case.product, case.segment


def _why_none(runs: Sequence[Run], shared: int, asked: int) -> str:
    counts = ", ".join(f"{run.name!r} has {len(run.rows)} rows" for run in runs)
    said = "no id is in all of them"
    if shared:
        said = "all rows were labelled anew" if asked else "under the same ids stand other questions"
    return (
        f"the runs are over different data and cannot be compared: {said} ({counts}). "
        "Evaluate the same file with both."
    )


def _left_out(runs: Sequence[Run], shared: int, asked: int, common: int) -> Iterator[str]:
    for run in runs:
        if len(run.rows) > shared:
            rows = len(run.rows) - shared
            yield f"{rows} of {len(run.rows)} rows of {run.name!r} are not in all runs and were left out."
    if shared > asked:
        yield f"{shared - asked} ids stand for another question in another run; they were left out."
    if asked > common:
        yield f"{asked - common} rows were labelled anew between the runs; they were left out."


def _reweighted(weights: NDArray[np.float64]) -> Iterator[str]:
    scaled = weights / weights.sum(axis=1, keepdims=True)
    if not np.allclose(scaled, scaled[-1]):
        yield "the runs weighted their rows differently; the weights of the last run count."
