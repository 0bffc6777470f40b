"""What people said was right of logged decisions: in audits, in labels that count, at the desk.

Audits and labels are drawn from all traffic; agents label what was handed over. Where several
say something of one decision, the audit counts, then the label, then the agent.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from assistant.decision_log import DecisionRow
from assistant.desk.labels import NO_ENTRY
from assistant.desk.tables import TicketRow
from evaluation.labels.sets import questions_where
from evaluation.labels.tables import LabelQuestionRow, LabelSetRow
from evaluation.online.audits import Judged, read_judged
from evaluation.online.trials import PairedDecisionRow

FROM_LOG = "log"
"""``source`` of label sets that were drawn from the decision log: their row ids are decisions."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is right for a message.

    Attributes:
        action: What to do; empty where all that is known is that no entry answers it.
        entry_ids: The entries that answer it, where it is to be answered.
    """

    action: str
    entry_ids: Collection[str] = ()

    def holds_for(self, action: str, entry_id: str | None) -> bool:
        """Tell whether a decision is right."""
        if action == "answer":
            return self.action == "answer" and (entry_id in self.entry_ids or not self.entry_ids)
        return self.action == action or not self.action


def truths_of(session: Session, candidate: str) -> dict[str, Truth]:
    """Return what is right of the messages that a candidate decided along, by decision."""
    paired = select(PairedDecisionRow.decision_id).where(PairedDecisionRow.candidate == candidate)
    found = dict(_of_agents(session, candidate))
    found |= dict(_of_labels(session, paired))
    judged = read_judged(session, DecisionRow.id.in_(paired))
    return found | dict(_of_audits(judged))


def _of_audits(judged: Iterable[Judged]) -> Iterator[tuple[str, Truth]]:
    for one in judged:
        decision = one.decision
        if one.verdict == "right":
            entries = {decision.entry_id} if decision.entry_id else ()
            yield decision.id, Truth(decision.action, entries)
        elif one.verdict == "other_entry" and one.right_entry_id:
            yield decision.id, Truth("answer", {one.right_entry_id})
        elif one.verdict is not None:
            yield decision.id, Truth(one.verdict)


def _of_labels(session: Session, paired: Select[Any]) -> Iterator[tuple[str, Truth]]:
    """Yield labels that all gave alike, or that were decided where they differed."""
    wanted = {
        row.id: row.wanted
        for row in session.scalars(select(LabelSetRow).where(LabelSetRow.source == FROM_LOG))
    }
    if not wanted:
        return
    named = LabelQuestionRow.set_id.in_(wanted), LabelQuestionRow.row_id.in_(paired)
    for one in questions_where(session, *named):
        label = one.final(wanted[one.row.set_id])
        if label:
            yield one.row.row_id, Truth(label.action, label.entry_ids)


def _of_agents(session: Session, candidate: str) -> Iterator[tuple[str, Truth]]:
    """Yield what agents said of the last message before they took over."""
    row = PairedDecisionRow
    last = (
        select(row.conversation_id, func.max(row.at).label("at"), TicketRow.id)
        .join(TicketRow, TicketRow.conversation_id == row.conversation_id)
        .where(row.candidate == candidate, row.at <= TicketRow.created_at, TicketRow.resolved_at.is_not(None))
        .group_by(row.conversation_id, TicketRow.id)
        .subquery()
    )
    query = (
        select(row.decision_id, TicketRow.right_entry_id, TicketRow.label)
        .join(last, (last.c.conversation_id == row.conversation_id) & (last.c.at == row.at))
        .join(TicketRow, TicketRow.id == last.c.id)
    )
    for decision_id, right, label in session.execute(query):
        if right:
            yield decision_id, Truth("answer", {right})
        elif label == NO_ENTRY:
            yield decision_id, Truth("")
