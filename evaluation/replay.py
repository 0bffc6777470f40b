"""Asks questions of the published state and of a draft, and lists every decision that changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from evaluation.metrics import answered_rightly
from evaluation.runner import Progress, ReplyFor, run_case
from evaluation.statistics import proportion
from evaluation.types import Case, CaseResult, Metric
from knowledge_base.editing.types import DraftState, PublishCheck, PublishFinding
from knowledge_base.types import Entry

UNLABELLED = "unlabelled"
"""Tag of a case that nobody labelled: its change can be listed, not judged."""

_SHOWN = 20

Verdict = Literal["better", "worse", "neither", "unlabelled"]


@dataclass(frozen=True, slots=True)
class DecisionChange:
    """One question that a draft decides otherwise.

    Attributes:
        verdict: Whether it was wrong and is right, or was right and is wrong; neither
            where both are right or both wrong.
    """

    before: CaseResult
    after: CaseResult
    verdict: Verdict

    def __str__(self) -> str:
        """Return the question and both decisions in one line."""
        one, other = _outcome(self.before), _outcome(self.after)
        return f"{self.verdict}: {self.before.case.text[:60]!r}: {one} -> {other}"


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What a draft changes.

    Attributes:
        n: Questions asked.
        labelled: Those with labels.
        changes: Every decision that changes, the worse ones first.
    """

    n: int
    labelled: int
    changes: tuple[DecisionChange, ...]

    def count(self, verdict: Verdict) -> int:
        """Return how many changes got a verdict."""
        return sum(change.verdict == verdict for change in self.changes)

    def share(self, verdict: Verdict) -> Metric:
        """Return the share of the labelled questions, with Wilson's interval."""
        successes = np.arange(self.labelled) < self.count(verdict)
        return proportion(successes, np.ones(self.labelled))


def logged_questions(session: Session, last: int) -> tuple[Case, ...]:
    """Return the questions of the last logged decisions, each text once, newest first.

    They carry no labels, and their texts are masked: a number in one is a placeholder.

    Args:
        session: Reads the decision log.
        last: How many logged decisions to look at.
    """
    rows = session.scalars(select(DecisionRow).order_by(DecisionRow.decided_at.desc()).limit(last))
    newest: dict[tuple[str, str], DecisionRow] = {}
    for row in rows:
        newest.setdefault((row.channel, row.text), row)
    return tuple(_logged_case(row) for row in newest.values())


def _logged_case(row: DecisionRow) -> Case:
    # Without labels the action stands for nothing: only the tag is looked at.
    return Case(row.text, row.id, "answer", channel=row.channel, score_intent=False, tags=(UNLABELLED,))


def replay(
    cases: Sequence[Case], before: ReplyFor, after: ReplyFor, progress: Progress | None = None
) -> ReplayReport:
    """Ask every question of both states.

    Args:
        cases: The questions.
        before: Answers from what is published.
        after: Answers from the draft.
        progress: Told the number of questions done and of all.
    """
    changes = []
    for done, case in enumerate(cases, start=1):
        one, other = run_case(case, before), run_case(case, after)
        if _decided(one) != _decided(other):
            changes.append(DecisionChange(one, other, _verdict(one, other)))
        if progress:
            progress(done, len(cases))
    order: tuple[Verdict, ...] = ("worse", "unlabelled", "neither", "better")
    changes.sort(key=lambda change: order.index(change.verdict))
    labelled = sum(UNLABELLED not in case.tags for case in cases)
    return ReplayReport(len(cases), labelled, tuple(changes))


def _decided(result: CaseResult) -> tuple[object, ...]:
    """Return what makes a decision: an entry's newer text is meant, and no change of decision."""
    choices = tuple(choice.entry_id for choice in result.choices) if result.action == "clarify" else ()
    return result.action, result.entry_id, result.queue, choices


def _verdict(before: CaseResult, after: CaseResult) -> Verdict:
    if UNLABELLED in before.case.tags:
        return "unlabelled"
    was, now = _right(before), _right(after)
    return "neither" if was == now else "better" if now else "worse"


def _right(result: CaseResult) -> bool:
    if result.action == "answer":
        return answered_rightly(result)
    queue = result.case.queue
    fits = result.action != "handoff" or queue is None or result.queue == queue
    return result.action in result.case.allowed_actions and fits


def _outcome(result: CaseResult) -> str:
    target = result.entry_id or result.queue or ""
    return f"{result.action} {target}".strip()


def replay_check(
    cases: Callable[[], Sequence[Case]],
    reply_from: Callable[[Sequence[Entry]], ReplyFor],
    worse_share: float,
    progress: Progress | None = None,
) -> PublishCheck:
    """Return replaying as a check of the publish step.

    Args:
        cases: Gives the questions when the check runs.
        reply_from: Makes an assistant that answers from a state.
        worse_share: Share of the labelled questions, above which worse decisions refuse
            the publish.
        progress: Told the number of questions done and of all.
    """

    def check(state: DraftState) -> Sequence[PublishFinding]:
        questions = cases()
        if not questions or not state.previous:
            return ()
        report = replay(questions, reply_from(state.previous), reply_from(state.entries), progress)
        return tuple(replay_findings(report, worse_share))

    return check


def replay_findings(report: ReplayReport, worse_share: float) -> Iterator[PublishFinding]:
    """Yield what a replay has against a draft: one line in sum, and a line a changed decision."""
    worse = report.share("worse")
    if worse.value is not None and worse.value > worse_share:
        said = f"replay: {report.count('worse')} of {report.labelled} labelled questions are decided worse"
        told = f"{said} ({worse.value:.1%}, more than {worse_share:.1%})"
        yield PublishFinding("error", "", told, "replay_worse", found=f"{report.count('worse')}")
    if report.changes:
        counts = f"{report.count('better')} better, {report.count('worse')} worse"
        said = f"replay: {len(report.changes)} of {report.n} decisions change, {counts}"
        yield PublishFinding("warning", "", said, "replay", found=f"{len(report.changes)}")
    for change in report.changes[:_SHOWN]:
        told = f"replay: {change}"
        yield PublishFinding(
            "warning", change.after.entry_id or "", told, "replay_change", found=change.before.case.text
        )
