"""Finished runs as pairs of case and saved row, ready to be compared.

A predictions file tells the truth of its rows since format 2. Older ones need their labelled
rows, which may lie beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.types import Choice, ScoredCandidate
from evaluation.case_files import read_rows
from evaluation.costs import Prices
from evaluation.faults import faults_of
from evaluation.row_scores import scores_of
from evaluation.saved_runs import SavedRow, read_predictions
from evaluation.types import Case, CaseResult
from knowledge_base.errors import InvalidInputError
from knowledge_base.types import Candidate

ReadCases = Callable[[Path], Iterable[Case]]
_SUFFIXES = frozenset({".jsonl", ".csv", ".xlsx"})
_BEYOND_THREE = frozenset({"hit_at_10", "mrr", "ndcg_at_10"})
"""Scores that three candidates, all that a file keeps, do not tell."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One row of a run.

    Attributes:
        case: What was asked and what was right; its text is masked in files since format 2.
        saved: What the assistant made of it.
    """

    case: Case
    saved: SavedRow

    @property
    def right(self) -> bool:
        """Tell whether nothing was wrong with it."""
        return not self.saved.faults


@dataclass(frozen=True, slots=True)
class Run:
    """One finished run, its rows in the order they were asked."""

    name: str
    rows: tuple[RunRow, ...]


def run_of(name: str, results: Iterable[CaseResult], prices: Prices) -> Run:
    """Return results at hand as a run."""
    return Run(name, tuple(_row_of(result, prices) for result in results))


def read_run(path: Path, read_cases: ReadCases, data: Path | None = None) -> Run:
    """Read a folder of ``baowen evaluate --output``, or a predictions file.

    Args:
        path: The folder or file.
        read_cases: Reads labelled rows.
        data: The labelled rows of a file of format 1; None looks for them beside it.

    Raises:
        InvalidInputError: A part is missing, damaged, of a newer format, or does not fit the rows.
    """
    saved = tuple(read_predictions(path))
    _require_own_ids(saved, path)
    if all(row.truth for row in saved):
        return Run(str(path), tuple(RunRow(_case_of(row), row) for row in saved))
    cases = {case.id: case for case in read_cases(data or _rows_beside(path, saved))}
    if unknown := [row.id for row in saved if row.id not in cases]:
        raise InvalidInputError(
            f"{len(unknown)} rows of {str(path)!r} have no label, the first {unknown[0]!r}: probably "
            "they are of other data. Name the right rows with --data."
        )
    return Run(str(path), tuple(_older_row(cases[row.id], row, path) for row in saved))


def _require_own_ids(rows: Sequence[SavedRow], path: Path) -> None:
    if not rows:
        raise InvalidInputError(f"{str(path)!r} holds no predictions; check that the run ended.")
    if len({row.id for row in rows}) < len(rows):
        raise InvalidInputError(f"{str(path)!r} has two rows of one id: it was altered. Evaluate again.")


def _case_of(row: SavedRow) -> Case:
    told: dict[str, Any] = dict(row.truth)
    told |= {name: tuple(told[name]) for name in ("intents", "alt_action", "tags")}
    told["entry_ids"] = None if told["entry_ids"] is None else tuple(told["entry_ids"])
    return Case(text=row.question, id=row.id, **told)


def _row_of(result: CaseResult, prices: Prices) -> RunRow:
    case = result.case
    saved = SavedRow(
        id=case.id,
        action=result.action,
        intent=result.intent,
        entry_id=result.entry_id,
        scores=scores_of(result, prices),
        weight=case.weight,
        question=case.text,
        faults=faults_of(result),
        stored={
            "queue": result.queue,
            "confidence": result.confidence,
            "reason": result.reason,
            "choices": [{"entry_id": choice.entry_id} for choice in result.choices],
        },
    )
    return RunRow(case, saved)


def _older_row(case: Case, row: SavedRow, path: Path) -> RunRow:
    """Score a row of format 1 by its label."""
    return rescored(replace(row, weight=case.weight, question=case.text), case, str(path), Prices())


def rescored(row: SavedRow, case: Case, name: str, prices: Prices) -> RunRow:
    """Score a saved row by a label, without what its three candidates do not tell.

    Args:
        row: What the assistant decided; it keeps its weight.
        case: What is right.
        name: What the run is called.
        prices: What mistakes cost.

    Raises:
        InvalidInputError: The row was altered.
    """
    made = _row_of(_result(case, row.stored, name), prices).saved
    scores = {score: value for score, value in made.scores.items() if score not in _BEYOND_THREE}
    return RunRow(case, replace(row, scores=scores, faults=made.faults))


def _result(case: Case, line: Mapping[str, Any], name: str) -> CaseResult:
    try:
        return CaseResult(
            case=case,
            action=line["action"],
            intent=line["intent"],
            reason=line["reason"],
            ranking=tuple((one["intent"], float(one["probability"])) for one in line["ranking"]),
            choices=tuple(Choice(one["text"], one["intent"], one["entry_id"]) for one in line["choices"]),
            queue=line["queue"],
            entry_id=line["entry_id"],
            confidence=float(line["confidence"]),
            candidates=tuple(_candidates(line["candidates"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInputError(
            f"the row {line.get('id')!r} of {name!r} cannot be read ({error!r}): it was altered."
        ) from None


def _candidates(stored: Iterable[Mapping[str, Any]]) -> Iterator[ScoredCandidate]:
    for rank, one in enumerate(stored, 1):
        dense, lexical, fused = (float(one[name]) for name in ("dense", "lexical", "fused"))
        found = Candidate(one["entry_id"], 0, "", dense, lexical, fused, rank)
        yield ScoredCandidate(found, one["entry_id"].partition(".")[0], "", 0.0)


def _rows_beside(path: Path, saved: Sequence[SavedRow]) -> Path:
    """Return the one file of the folder that has a labelled row for every prediction."""
    folder, wanted = path if path.is_dir() else path.parent, {row.id for row in saved}
    others = (one for one in sorted(folder.iterdir()) if one.suffix.lower() in _SUFFIXES and one != path)
    fitting = [one for one in others if wanted <= _labelled_ids(one)]
    if len(fitting) == 1:
        return fitting[0]
    found = f"{len(fitting)} files fit" if fitting else "no file beside it has them"
    raise InvalidInputError(
        f"{str(path)!r} is of format 1, so its labelled rows are needed, and {found}. Name them with --data."
    )


def _labelled_ids(path: Path) -> set[str]:
    try:
        rows = [row for row in read_rows(path) if "format_version" not in row.fields]
    except InvalidInputError:  # some other table
        return set()
    return {str(row.fields.get("id") or f"line-{row.line}") for row in rows if row.fields.get("text")}
