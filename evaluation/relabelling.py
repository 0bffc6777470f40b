"""Judges finished runs by what people decided is right of their questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.types import Action
from evaluation.costs import Prices
from evaluation.runs import Run, RunRow, rescored
from evaluation.types import Case
from knowledge_base.personal_data import mask_personal_data

Asked = tuple[str, str, str, str]
"""What a row is known by: id, masked text, channel, product. An id alone may be of another file."""

By = Literal["audit", "labels"]


@dataclass(frozen=True, slots=True)
class Decided:
    """What people hold for right of a question.

    Attributes:
        by: ``labels`` say all of it, ``audit`` only whether one decision was right, and what would be.
        intents: The right ones, none where the text is too vague; None where nobody said.
        queue: None where nobody named one.
    """

    by: By
    action: Action
    intents: tuple[str, ...] | None = None
    queue: str | None = None
    entry_ids: tuple[str, ...] | None = None

    def labelled(self, case: Case) -> Case:
        """Return a case with this for its label; of what nobody said, what it had stays."""
        if self.by == "audit" and self._holds_for(case):
            return case
        stays = self.action != "answer" and case.must(self.action)  # then no entry answers it anyway
        return replace(
            case,
            action=self.action,
            alt_action=(),
            intents=case.intents if self.intents is None else self.intents,
            queue=self.queue or case.queue if self.action == "handoff" else None,
            entry_ids=case.entry_ids if stays else self.entry_ids,
            score_intent=case.score_intent if self.intents is None else bool(self.intents),
        )

    def _holds_for(self, case: Case) -> bool:
        """Tell whether a label says the same, and perhaps more: several entries may be right."""
        entries = set(self.entry_ids or ()) <= set(case.entry_ids or ())
        return self.action in case.allowed_actions and (self.action != "answer" or entries)


@dataclass(frozen=True, slots=True)
class Relabelled:
    """Runs that were judged anew.

    Attributes:
        known: Rows whose truth people decided, by id; ``changed`` are those that a run had
            labelled otherwise.
    """

    runs: tuple[Run, ...]
    known: Mapping[str, Decided]
    changed: frozenset[str]


def asked_of(case: Case) -> Asked:
    """Return what a row is known by."""
    return case.id, mask_personal_data(case.text), case.channel, case.product


def label_of(case: Case) -> tuple[object, ...]:
    """Return all that a row is judged by."""
    return case.allowed_actions, case.intents, case.entry_ids, case.queue, case.score_intent


def relabel(runs: Sequence[Run], decided: Mapping[Asked, Decided], prices: Prices) -> Relabelled:
    """Judge rows in all runs by what people decided, where any run held something else for right.

    Such rows lose the scores that three candidates, all that a file keeps, do not tell; they lose
    them in every run, so that all are measured over the same rows.

    Args:
        runs: As ``read_run`` reads them.
        decided: What people decided.
        prices: What mistakes cost in rows that are judged anew.
    """
    known, changed = dict[str, Decided](), set[str]()
    for row in (row for run in runs for row in run.rows):
        truth = decided.get(asked_of(row.case))
        if truth:
            known[row.case.id] = truth
            if label_of(truth.labelled(row.case)) != label_of(row.case):
                changed.add(row.case.id)

    def judged(run: Run, row: RunRow) -> RunRow:
        truth = decided.get(asked_of(row.case)) if row.case.id in changed else None
        return rescored(row.saved, truth.labelled(row.case), run.name, prices) if truth else row

    anew = (replace(run, rows=tuple(judged(run, row) for row in run.rows)) for run in runs)
    return Relabelled(tuple(anew), known, frozenset(changed))
