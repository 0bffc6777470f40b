"""What audits say: answer accuracy, agreement of the judges, rows to calibrate on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from assistant.desk.conversations import HISTORY
from assistant.desk.tables import ConversationRow
from evaluation.online.audits import Judged, read_judged
from evaluation.online.counting import Filter
from evaluation.online.facts.family import Scope
from evaluation.online.figures import NOTHING, Value
from evaluation.online.tables import AuditBatchRow, AuditItemRow, AuditJudgementRow
from evaluation.statistics import cohen_kappa, proportion

AUDITED = "audit"
"""The ``source`` of rows that are audited decisions of this installation."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the audits are.

    Attributes:
        drawn: Decisions in all samples; ``done`` of them need no further judgement.
        disputed: Two judged differently, and nobody has decided.
        doubled: Judged by two or more; ``agreed`` alike by the first two.
        kappa: Agreement of the first two beyond chance; None where it is undefined.
    """

    drawn: int
    done: int
    disputed: int
    doubled: int
    agreed: int
    kappa: float | None


def answer_accuracy(session: Session, scope: Scope, wanted: Filter) -> tuple[Value, Mapping[str, Value]]:
    """Return the audited share of right automatic answers of a period, and by day.

    Each audited answer counts for as many as it was drawn from; the interval is Wilson's over
    Kish's effective number.
    """
    conditions = [
        DecisionRow.decided_at >= scope.period.start,
        DecisionRow.decided_at < scope.period.end,
        DecisionRow.action == "answer",
    ]
    conditions += [getattr(DecisionRow, name) == value for name, value in wanted.columns().items()]
    judged = read_judged(session, *conditions)
    days: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        days[one.decision.decided_at.astimezone(scope.period.zone).date().isoformat()].append(one)
    return accuracy_of(judged), {day: accuracy_of(found) for day, found in sorted(days.items())}


def accuracy_of(judged: Iterable[Judged]) -> Value:
    """Return the weighted share of right answers with its interval."""
    found = list(judged)
    if not found:
        return NOTHING
    right = np.array([one.is_right for one in found])
    told = proportion(right, np.array([one.item.weight for one in found]))
    return Value(told.value, told.low, told.high, told.n)


def audit_standing(session: Session) -> Standing:
    """Return how far the audits are, and how far the judges agree."""
    given = (
        select(AuditItemRow.needed, func.count(AuditJudgementRow.id))
        .outerjoin(AuditJudgementRow, AuditJudgementRow.item_id == AuditItemRow.id)
        .group_by(AuditItemRow.id, AuditItemRow.needed)
    )
    rows = [(int(row[0]), int(row[1])) for row in session.execute(given)]
    pairs = [one.verdicts[:2] for one in read_judged(session) if len(one.verdicts) > 1]
    return Standing(
        drawn=len(rows),
        done=sum(count >= needed for needed, count in rows),
        disputed=sum(needed == 3 and count == 2 for needed, count in rows),
        doubled=len(pairs),
        agreed=sum(first == second for first, second in pairs),
        kappa=cohen_kappa([pair[0] for pair in pairs], [pair[1] for pair in pairs]) if pairs else None,
    )


def audited_errors(session: Session, thresholds: str, bundle: str, since: dt.datetime) -> tuple[bool, ...]:
    """Return of audited answers under a certificate's thresholds whether each was wrong, oldest first."""
    judged = read_judged(
        session,
        DecisionRow.thresholds_version == thresholds,
        DecisionRow.bundle_version == bundle,
        DecisionRow.decided_at >= since,
        DecisionRow.action == "answer",
    )
    return tuple(not one.is_right for one in judged)


def calibration_rows(session: Session, intents: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the judged decisions of simple random samples, as evaluation reads rows.

    Only those: rows of answers alone would promise that nobody is handed over. Each row has
    one of each conversation at most, because rows have to be independent.

    Args:
        session: A session that may only read.
        intents: The intent of each published entry.
    """
    seen: set[str] = set()
    for one in read_judged(session, AuditBatchRow.kind == "decisions"):
        conversation = one.decision.conversation_id or one.decision.id
        if conversation in seen:
            continue
        row = _row(session, one, intents)
        if row:
            seen.add(conversation)
            yield row


def _row(session: Session, one: Judged, intents: Mapping[str, str]) -> dict[str, Any] | None:
    decision, label = one.decision, label_by_audit(one, intents)
    if label is None:
        return None
    segment = session.scalar(
        select(ConversationRow.segment).where(ConversationRow.id == decision.conversation_id)
    )
    return {
        "id": decision.id,
        "text": decision.text,
        "history": history_of(session, decision),
        **label,
        "channel": decision.channel,
        "segment": segment or "",
        "conversation_id": decision.conversation_id or "",
        "source": AUDITED,
    }


def label_by_audit(one: Judged, intents: Mapping[str, str]) -> dict[str, Any] | None:
    """Return what a judged decision says is right, as fields of a labelled row.

    None where nobody has decided yet, or the right entry is not published any more and so
    cannot be found.
    """
    if one.verdict is None:
        return None
    decision, action = one.decision, _action_of(one)
    entry = one.right_entry_id if one.verdict == "other_entry" else decision.entry_id
    if action == "answer" and entry not in intents:
        return None
    answered = action == "answer" and entry is not None
    return {
        "action": action,
        "queue": decision.queue if action == "handoff" else None,
        "entry_ids": [entry] if answered else [],
        "intents": [intents[entry]] if answered and entry else [decision.intent],
        "score_intent": answered,
    }


def _action_of(one: Judged) -> str:
    if one.verdict == "right":
        return one.decision.action
    return "answer" if one.verdict == "other_entry" else str(one.verdict)


def history_of(session: Session, decision: DecisionRow) -> list[str]:
    """Return what the customer asked before in the same conversation, masked, oldest first."""
    if decision.conversation_id is None:
        return []
    earlier = (
        select(DecisionRow.text)
        .where(
            DecisionRow.conversation_id == decision.conversation_id,
            DecisionRow.decided_at < decision.decided_at,
        )
        .order_by(DecisionRow.decided_at.desc())
        .limit(HISTORY)
    )
    return list(session.scalars(earlier))[::-1]
