"""The metrics of Baowen: each a share of rows, defined here and nowhere else.

Where a definition leaves room, this is the reading taken:

- The predicted intent of a row is the intent the decision names.
- Intent metrics are taken over rows with ``score_intent`` true.
- effective_handoff_rate counts every clarified row without an acceptable intent among
  its choices, also where ``score_intent`` is false.
- queue_accuracy leaves out rows that name no queue.
- choice_hit_rate is taken over clarified rows with ``score_intent`` true.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.types import Reason
from evaluation.intent_scores import macro_f1
from evaluation.statistics import proportion
from evaluation.types import CaseResult, HandoffSplit, Latency, Metric

Weights = NDArray[np.float64]
REQUESTED: frozenset[Reason] = frozenset({"asked_for_person"})
UNCERTAIN: frozenset[Reason] = frozenset({"uncertain", "vague", "failure"})


@dataclass(frozen=True, slots=True)
class Share:
    """A metric: of the rows that count, the share that succeed.

    Attributes:
        about: What it says, in a few words for reports.
    """

    name: str
    about: str
    counts: Callable[[CaseResult], bool]
    succeeds: Callable[[CaseResult], bool]

    def measure(self, results: Sequence[CaseResult], weights: Weights) -> Metric:
        """Return the share over ``results``, weighted by ``weights`` (shape (rows,))."""
        counted = np.array([self.counts(result) for result in results], dtype=bool)
        right = np.array([self.counts(result) and self.succeeds(result) for result in results], dtype=bool)
        return proportion(right[counted], weights[counted])


def _every_row(result: CaseResult) -> bool:
    return True


def _answered(result: CaseResult) -> bool:
    return result.action == "answer"


def _handed_over(result: CaseResult) -> bool:
    return result.action == "handoff"


def _clarified(result: CaseResult) -> bool:
    return result.action == "clarify"


def _declined(result: CaseResult) -> bool:
    return result.action == "decline"


def _answerable(result: CaseResult) -> bool:
    return result.case.must("answer")


def _must_handoff(result: CaseResult) -> bool:
    return result.case.must("handoff")


def _must_decline(result: CaseResult) -> bool:
    return result.case.must("decline")


def _scored(result: CaseResult) -> bool:
    return result.case.scores_intent


def _intent_right(result: CaseResult) -> bool:
    return result.case.accepts_intent(result.intent)


def answer_right(result: CaseResult) -> bool:
    """Tell whether answering was allowed and the intent is an acceptable one."""
    intent_right = not result.case.score_intent or _intent_right(result)
    return "answer" in result.case.allowed_actions and intent_right


def entry_right(result: CaseResult) -> bool:
    """Tell whether answering was allowed and the entry is an acceptable one."""
    return "answer" in result.case.allowed_actions and result.entry_id in (result.case.entry_ids or ())


def answered_rightly(result: CaseResult) -> bool:
    """Tell whether a row was answered, and by a right entry or, where it names none, with a right intent."""
    right = answer_right if result.case.entry_ids is None else entry_right
    return _answered(result) and right(result)


def _in_top3(result: CaseResult) -> bool:
    return any(result.case.accepts_intent(intent) for intent, _ in result.ranking[:3])


def ends_with_a_person(result: CaseResult) -> bool:
    """Tell whether a customer is left needing a person: handed over, or not helped."""
    useless = _clarified(result) and not result.offers_acceptable_choice
    return _handed_over(result) or useless or (_answerable(result) and _declined(result))


SHARES: tuple[Share, ...] = (
    Share("auto_answer_accuracy", "answered rows answered rightly", _answered, answer_right),
    Share(
        "entry_accuracy",
        "answered rows with a right entry",
        lambda r: _answered(r) and r.case.entry_ids is not None,
        entry_right,
    ),
    Share("answered_share", "answerable rows answered", _answerable, _answered),
    Share("handoff_rate", "rows handed over", _every_row, _handed_over),
    Share("effective_handoff_rate", "rows left needing a person", _every_row, ends_with_a_person),
    Share("needless_handoff_rate", "answerable rows handed over", _answerable, _handed_over),
    Share("must_handoff_recall", "must-handoff rows handed over", _must_handoff, _handed_over),
    Share(
        "queue_accuracy",
        "must-handoff rows handed over, to the right queue",
        lambda r: _must_handoff(r) and _handed_over(r) and r.case.queue is not None,
        lambda r: r.queue == r.case.queue,
    ),
    Share("intent_accuracy", "rows with a right intent", _scored, _intent_right),
    Share("top3", "rows with a right intent among the first three", _scored, _in_top3),
    Share("clarify_rate", "rows asked back", _every_row, _clarified),
    Share(
        "choice_hit_rate",
        "rows asked back with a right choice",
        lambda r: _clarified(r) and _scored(r),
        lambda r: r.offers_acceptable_choice,
    ),
    Share("decline_recall", "must-decline rows declined", _must_decline, _declined),
    Share("needless_decline_rate", "answerable rows declined", _answerable, _declined),
)
MACRO_F1 = "intent_macro_f1"
ABOUT = {share.name: share.about for share in SHARES} | {MACRO_F1: "F1 averaged over intents"}
METRIC_NAMES: tuple[str, ...] = (
    *(share.name for share in SHARES[:9]),
    MACRO_F1,
    *(share.name for share in SHARES[9:]),
)


def measure(results: Sequence[CaseResult], weights: Weights) -> dict[str, Metric]:
    """Return every metric by name, in the order of ``METRIC_NAMES``.

    Args:
        results: All rows.
        weights: Shape (rows,), none negative; rows of weight 0 do not count.
    """
    found = {share.name: share.measure(results, weights) for share in SHARES}
    found[MACRO_F1] = macro_f1(results, weights)
    return {name: found[name] for name in METRIC_NAMES}


def handoff_split(results: Sequence[CaseResult], weights: Weights) -> HandoffSplit:
    """Return handoffs by who wanted them, as weighted shares of all rows.

    A customer asked for a person (``requested``), the assistant was uncertain, found the
    text vague or failed (``uncertain``), or a rule demanded it (``policy``: the rest).
    """
    handed_over = [_handed_over(result) for result in results]
    requested = [result.reason in REQUESTED for result in results]
    uncertain = [result.reason in UNCERTAIN for result in results]
    total = weights.sum()

    def share(of: NDArray[np.bool_]) -> float:
        return float(weights[of & np.array(handed_over, dtype=bool)].sum() / total)

    asked, unsure = np.array(requested, dtype=bool), np.array(uncertain, dtype=bool)
    return HandoffSplit(requested=share(asked), policy=share(~asked & ~unsure), uncertain=share(unsure))


def latency(results: Sequence[CaseResult]) -> Latency:
    """Return the median and the 99th percentile of the replies' times, linearly interpolated.

    Raises:
        ValueError: There are no results.
    """
    if not results:
        raise ValueError("no results, so no latency")
    p50, p99 = np.percentile([result.elapsed_ms for result in results], [50, 99])
    return Latency(float(p50), float(p99))
