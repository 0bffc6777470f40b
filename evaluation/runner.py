"""Runs cases through an assistant and gathers the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from assistant.types import Reply
from evaluation.intent_scores import confusions, intent_scores
from evaluation.metrics import handoff_split, latency, measure
from evaluation.mix import Mix, case_weights
from evaluation.reliability import measure_reliability
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
        mix: Shares of the primary actions to weight rows to; see ``case_weights``.
        progress: Told the number of rows done and of all rows after each.
        facts: What is measured, for the report.

    Raises:
        InvalidInputError: There are no cases, or the mix does not fit them.
    """
    if not cases:
        raise InvalidInputError("there are no rows to evaluate; check the data and its conditions")
    weights = case_weights(cases, mix)  # before the run: a wrong mix should not cost one
    results = run_cases(cases, reply_for, progress)
    uneven = bool(mix) or len(set(weights.tolist())) > 1
    return Report(
        facts=facts or RunFacts(),
        mix=dict(mix or {}),
        metrics=measure(results, weights),
        unweighted=measure(results, np.ones(len(results))) if uneven else None,
        intents=intent_scores(results),
        confusions=confusions(results),
        handoff_split=handoff_split(results, weights),
        latency=latency(results),
        results=results,
        reliability=measure_reliability(results),
    )


def run_cases(
    cases: Sequence[Case], reply_for: ReplyFor, progress: Progress | None = None
) -> tuple[CaseResult, ...]:
    """Return the result of each case, in their order."""
    results: list[CaseResult] = []
    for result in _each_result(cases, reply_for):
        results.append(result)
        if progress is not None:
            progress(len(results), len(cases))
    return tuple(results)


def _each_result(cases: Sequence[Case], reply_for: ReplyFor) -> Iterator[CaseResult]:
    """Yield results in order. Workers come in here: the rows do not depend on each other."""
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
