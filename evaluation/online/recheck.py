"""Asks the rows of a certificate again, after the entries changed.

The certificate goes on holding where no row comes out differently: the same action, the
same entry with the same answer text, the same verdict. A changed text of an answer that a
row was judged by counts as a difference, because nobody has judged the new text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evaluation.metrics import answered_rightly
from evaluation.runner import ReplyFor, run_case
from evaluation.types import Case, CaseResult
from knowledge_base.errors import StorageError
from knowledge_base.types import Entry

OBSERVED = "observed"
_MAX_TOLD = 3


@dataclass(frozen=True, slots=True)
class Observed:
    """What came of a row.

    Attributes:
        right: Answered rightly.
        answer: Hash of the answer's text; empty where none was given.
    """

    action: str
    entry_id: str
    right: bool
    answer: str
    intent: str
    confidence: float

    def same_outcome(self, other: Observed) -> bool:
        """Tell whether action, entry, verdict and answer text are the same."""
        mine, theirs = (asdict(one) for one in (self, other))
        return all(mine[name] == theirs[name] for name in ("action", "entry_id", "right", "answer"))


def observed_of(result: CaseResult, entries: Mapping[str, Entry]) -> Observed:
    """Return what is kept of a row's result."""
    entry_id = result.entry_id or ""
    answer = hashlib.sha256(entries[entry_id].answer.encode()).hexdigest()[:16] if entry_id else ""
    right = answered_rightly(result)
    return Observed(result.action, entry_id, right, answer, result.intent, round(result.confidence, 6))


def certified_row(case: Case, observed: Observed) -> str:
    """Return the line of a row that a certificate rests on, as ``read_cases`` reads it."""
    row = {name: value for name, value in asdict(case).items() if name != "extra" and value != ""}
    return json.dumps({**row, OBSERVED: asdict(observed)}, ensure_ascii=False)


def observed_before(cases: Sequence[Case], place: Path) -> tuple[Observed, ...]:
    """Return what came of the rows when the certificate was made.

    Raises:
        StorageError: A row does not tell.
    """
    try:
        return tuple(Observed(**_mapping(case.extra[OBSERVED])) for case in cases)
    except (KeyError, TypeError) as error:
        raise StorageError(
            f"The rows {str(place)!r} of a certificate do not tell what came of them ({error!r}): the file "
            "was altered. Calibrate again."
        ) from None


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"observed {value!r}")
    return value


def recheck(
    cases: Sequence[Case],
    before: Sequence[Observed],
    reply_for: ReplyFor,
    entries: Mapping[str, Entry],
) -> str:
    """Run the rows and say what changed, in a sentence; empty where nothing did."""
    changed = [
        case.id
        for case, old in zip(cases, before, strict=True)
        if not old.same_outcome(observed_of(run_case(case, reply_for), entries))
    ]
    if not changed:
        return ""
    named = ", ".join(changed[:_MAX_TOLD]) + (", ..." if len(changed) > _MAX_TOLD else "")
    return f"{len(changed)} of {len(cases)} calibration rows come out differently ({named})"
