"""Puts a candidate on trial, promotes it by a gate, rejects it, or goes back to the bundle before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from api.bundle_in_use import bundle_folder
from api.case_replies import reply_for
from api.releasing import require_released_bundle
from api.services import Services, with_bundle
from assistant.understanding.bundle import load_bundle
from evaluation.compare import Comparison, compare_runs
from evaluation.costs import Prices
from evaluation.gate_files import Gate
from evaluation.gates import GateLine, check_gate, figures_of_comparison
from evaluation.online.pairs import PairReport, read_pairs, report_pairs
from evaluation.online.trials import (
    BundleUse,
    CandidateRow,
    end_trial,
    newest_use,
    put_in_use,
    require_candidate,
    start_trial,
)
from evaluation.pairing import pair_runs
from evaluation.runner import each_result
from evaluation.runs import run_of
from evaluation.types import Case, CaseResult
from knowledge_base.editing.types import Deed
from knowledge_base.errors import ConflictError, InvalidInputError

LEAST_PAIRS = 200
"""Messages that both must have decided on before a candidate may be promoted."""

MORE_HANDOFFS = 0.02
"""By how much the share of messages handed over may grow in a trial, at the least by its interval."""


class GateClosedError(ConflictError):
    """A candidate was not promoted; ``detail`` says why."""

    code = "gate_closed"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a gate looked at."""

    candidate: str
    comparison: Comparison
    pairs: PairReport
    lines: tuple[GateLine, ...]

    @property
    def passed(self) -> bool:
        """Tell whether every line holds."""
        return all(line.passed for line in self.lines)


def start(services: Services, folder: Path, share: float, deed: Deed) -> str:
    """Put a bundle on trial; return its version.

    Raises:
        BundleError: It is not usable.
        ConflictError: Another one is on trial, or it is the one in use.
    """
    _require_free(services)
    version = load_bundle(folder).version
    with services.database.transaction() as session:
        use = BundleUse(version, str(folder.resolve()))
        start_trial(session, use, services.bundle.version, share, deed.actor, deed.at)
    return version


def set_share(services: Services, version: str, share: float) -> str:
    """Let a candidate on trial answer another share of conversations; return its version.

    Raises:
        NotFoundError: It is not on trial.
    """
    with services.database.transaction() as session:
        row = _require_on_trial(require_candidate(session, version))
        row.share = share
        return row.version


def reject(services: Services, version: str, deed: Deed) -> str:
    """End a trial without a promotion; return the candidate's version."""
    with services.database.transaction() as session:
        row = _require_on_trial(require_candidate(session, version))
        end_trial(row, "rejected", deed.actor, deed.reason, deed.at)
        return row.version


def try_candidate(
    services: Services,
    version: str,
    cases: Sequence[Case],
    gate: Gate,
    prices: Prices,
    progress: Callable[[str, int, int], None],
) -> Tried:
    """Ask labelled rows of both bundles, and look at what they decided on live traffic.

    Args:
        services: The champion.
        version: The candidate, or the beginning of its version.
        cases: Labelled rows that trained neither.
        gate: What must hold of the candidate's run against the champion's.
        prices: What mistakes cost.
        progress: Told which bundle is asked, how many of its rows are done, and of how many.
    """
    with services.database.reading() as session:
        row = require_candidate(session, version)
        named, folder = row.version, Path(row.folder)
        pairs = report_pairs(read_pairs(session, row.version))
    other = with_bundle(services, folder)
    if other.bundle.version != named:
        raise ConflictError(f"Bundle {str(folder)!r} was changed since the trial began. Start it again.")
    runs = []
    for name, asked in (("champion", services), ("candidate", other)):
        told = partial(progress, name)
        runs.append(run_of(name, _counted(each_result(cases, reply_for(asked)), len(cases), told), prices))
    comparison = compare_runs(pair_runs(runs))[0]
    lines = (*check_gate(gate, figures_of_comparison(comparison), comparison), *_live_lines(pairs))
    return Tried(named, comparison, pairs, lines)


def _counted(
    results: Iterable[CaseResult], total: int, told: Callable[[int, int], None]
) -> Iterator[CaseResult]:
    for done, result in enumerate(results):
        told(done, total)
        yield result


def _live_lines(pairs: PairReport) -> Iterator[GateLine]:
    said = f"{pairs.n} messages of live traffic were decided by both, at least {LEAST_PAIRS} are wanted"
    yield GateLine(pairs.n >= LEAST_PAIRS, said)
    if pairs.handoff:
        low = pairs.handoff.difference.low or 0.0
        seen = f"{pairs.handoff.champion:.1%} -> {pairs.handoff.candidate:.1%}"
        yield GateLine(low <= MORE_HANDOFFS, f"handed over on live traffic: {seen}, at least {low:+.1%}")
    if pairs.accuracy:
        worse = pairs.accuracy.p < 0.05 and (pairs.accuracy.difference.value or 0.0) < 0
        seen = f"{pairs.accuracy.champion:.1%} -> {pairs.accuracy.candidate:.1%}"
        said = f"right on {pairs.labelled} messages that people judged: {seen} (p = {pairs.accuracy.p:.3f})"
        yield GateLine(not worse, said)


def promote(
    services: Services, candidate: str, lines: Sequence[GateLine], deed: Deed, *, force: bool = False
) -> None:
    """Put a candidate in use in all processes, which take it over by themselves.

    Args:
        services: The champion.
        candidate: Its version.
        lines: What its gate said.
        deed: Who does it, and why.
        force: Promote although some of the lines do not hold.

    Raises:
        GateClosedError: The gate does not let it through, and it is not forced.
        ReleaseError: Releases must be signed, and none names it.
    """
    _require_free(services)
    closed = [line.text for line in lines if not line.passed]
    if closed and not force:
        raise GateClosedError(
            f"Candidate {candidate} is not promoted: {len(closed)} of {len(lines)} lines of the gate do not "
            "hold.",
            tuple(closed),
        )
    with services.database.reading() as session:
        folder = require_candidate(session, candidate).folder
    if load_bundle(Path(folder)).version != candidate:
        raise ConflictError(f"Bundle {folder!r} was changed since the trial began. Start it again.")
    require_released_bundle(services, Path(folder))
    told = [f"{'held' if line.passed else 'NOT HELD'}: {line.text}" for line in lines]
    with services.database.transaction() as session:
        row = require_candidate(session, candidate)
        end_trial(row, "promoted", deed.actor, deed.reason, deed.at, told)
        _use(session, services, BundleUse(candidate, folder), deed)


def roll_back(services: Services, deed: Deed) -> BundleUse:
    """Put the bundle back in use that was before the last promotion.

    Raises:
        ConflictError: Nothing was promoted, or the bundle before is another one by now.
        ReleaseError: Releases must be signed, and none names it.
    """
    _require_free(services)
    with services.database.reading() as session:
        use = newest_use(session)
        told = (use.version, use.before_version, use.before_folder) if use else None
    if told is None:
        raise ConflictError("No bundle was ever promoted here, so there is none to go back to.")
    before = BundleUse(told[1], told[2])
    if load_bundle(Path(before.folder)).version != before.version:
        raise ConflictError(
            f"The bundle before, {before.folder!r}, was changed since. Train or name another."
        )
    require_released_bundle(services, Path(before.folder))
    with services.database.transaction() as session:
        _use(session, services, before, deed)
    return before


def _use(session: Session, services: Services, now: BundleUse, deed: Deed) -> None:
    folder = bundle_folder(services.settings, services.home)
    before = BundleUse(services.bundle.version, str(folder))
    put_in_use(session, now, before, deed.actor, deed.reason, deed.at)


def _require_free(services: Services) -> None:
    if services.settings.bundle:
        raise InvalidInputError(
            f"BAOWEN_BUNDLE names {str(services.settings.bundle)!r}, which goes before any promotion. "
            "Unset it first."
        )


def _require_on_trial(row: CandidateRow) -> CandidateRow:
    if row.state != "on_trial":
        raise ConflictError(f"Candidate {row.version} is not on trial: it was {row.state}.")
    return row
