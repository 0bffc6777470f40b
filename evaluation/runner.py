"""Runs cases through an assistant and gathers the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from assistant.types import Reply
from evaluation.gathering import Gatherer
from evaluation.mix import Mix
from evaluation.survey import survey_of
from evaluation.types import Case, CaseResult, Report, RunFacts, Versions
from knowledge_base.errors import InvalidInputError

ReplyFor = Callable[[Case], Reply]
Progress = Callable[[int, int], None]


def evaluate_cases(
    cases: Sequence[Case],
    reply_for: ReplyFor,
    mix: Mix | None = None,
    progress: Progress | None = None,
    facts: RunFacts | None = None,
) -> Report:
    """Run every case and measure the outcome.

    Args:
        cases: The rows, at least one.
        reply_for: Answers a case as the assistant answers its customer.
        mix: Shares of the primary actions to weight rows to; see ``weights_by_action``.
        progress: Told the number of rows done and of all rows after each.
        facts: What is measured, for the report.

    Raises:
        InvalidInputError: There are no cases, or the mix does not fit them.
    """
    if not cases:
        raise InvalidInputError("there are no rows to evaluate; check the data and its conditions")
    gatherer = Gatherer(survey_of(cases), mix, facts or RunFacts())  # a wrong mix should not cost a run
    for done, result in enumerate(each_result(cases, reply_for), 1):
        gatherer.add(result)
        if progress is not None:
            progress(done, len(cases))
    return gatherer.report()


def run_cases(
    cases: Sequence[Case], reply_for: ReplyFor, progress: Progress | None = None
) -> tuple[CaseResult, ...]:
    """Return the result of each case, in their order."""
    results: list[CaseResult] = []
    for result in each_result(cases, reply_for):
        results.append(result)
        if progress is not None:
            progress(len(results), len(cases))
    return tuple(results)


def each_result(cases: Iterable[Case], reply_for: ReplyFor) -> Iterator[CaseResult]:
    """Yield the result of each case as it comes, in their order."""
    return (run_case(case, reply_for) for case in cases)


def run_case(case: Case, reply_for: ReplyFor) -> CaseResult:
    """Answer one case; an error carries a note of the case it happened in."""
    try:
        reply = reply_for(case)
    except Exception as error:
        error.add_note(f"while evaluating the row with id {case.id!r}")
        raise
    return result_of(case, reply)


def result_of(case: Case, reply: Reply) -> CaseResult:
    """Return what evaluation keeps of a reply."""
    decision = reply.decision
    return CaseResult(
        case=case,
        action=decision.action,
        intent=decision.intent,
        reason=decision.reason,
        text=reply.text,
        ranking=decision.prediction.ranking,
        choices=reply.choices,
        queue=decision.queue,
        urgency=decision.urgency,
        entry_id=decision.entry_id,
        revision=reply.revision,
        confidence=decision.confidence,
        candidates=decision.candidates,
        parts=len(decision.parts),
        versions=Versions(decision.kb_version, decision.bundle_version, decision.thresholds_version),
        elapsed_ms=reply.elapsed_ms,
    )
