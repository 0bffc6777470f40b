"""The audit queue as its page gets it: blind, without what others or the assistant thought."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.accounts.users import display_names
from api.conversing.desk import Desk
from api.tickets.views import moment
from assistant.decision_log import DecisionRow
from assistant.desk.tables import MessageRow
from evaluation.online.audit_results import accuracy_of, audit_standing, history_of
from evaluation.online.audits import read_judged
from evaluation.online.tables import AuditBatchRow, AuditItemRow, AuditJudgementRow
from knowledge_base.editing.tables import RevisionRow

View = dict[str, Any]
_BATCHES = 20


def audits_view(session: Session, actor: str) -> View:
    """Return how far the audits are, the last samples, and how much one has judged oneself."""
    mine = select(func.count()).select_from(AuditJudgementRow).where(AuditJudgementRow.actor == actor)
    batches = session.scalars(select(AuditBatchRow).order_by(AuditBatchRow.made_at.desc()).limit(_BATCHES))
    found = batches.all()
    names = display_names(session, [one.actor for one in found])
    accuracy = accuracy_of(read_judged(session, DecisionRow.action == "answer"))
    return {
        "standing": asdict(audit_standing(session)),
        "accuracy": asdict(accuracy),
        "mine": session.scalar(mine) or 0,
        "batches": [_batch(session, one, names.get(one.actor)) for one in found],
    }


def _batch(session: Session, row: AuditBatchRow, name: str | None) -> View:
    drawn = select(func.count()).select_from(AuditItemRow).where(AuditItemRow.batch_id == row.id)
    return {
        "id": row.id,
        "kind": row.kind,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "half_width": row.half_width,
        "population": row.population,
        "drawn": session.scalar(drawn) or 0,
        "made_at": row.made_at.isoformat(),
        "actor_name": name,
    }


def item_view(session: Session, desk: Desk, item: AuditItemRow) -> View:
    """Return a decision as it is judged: what was asked, and what the customer got."""
    decision = session.get_one(DecisionRow, item.decision_id)
    return {
        "id": item.id,
        "at": moment(decision.decided_at),
        "channel": decision.channel,
        "history": history_of(session, decision),
        "text": decision.text,
        "action": decision.action,
        "entry": _entry(session, desk, decision),
        "reply": _reply(session, decision),
    }


def _entry(session: Session, desk: Desk, decision: DecisionRow) -> View | None:
    if decision.entry_id is None or decision.entry_revision is None:
        return None
    row = session.get(RevisionRow, (decision.entry_id, decision.entry_revision))
    if row is None:
        return {"entry_id": decision.entry_id, "question": None, "text": None}
    return {"entry_id": row.entry_id, "question": row.question, "text": desk.company.fill(row.answer)}


def _reply(session: Session, decision: DecisionRow) -> str | None:
    """Return what the customer read, where it was kept."""
    if decision.conversation_id is None:
        return None
    said = select(MessageRow.text).where(
        MessageRow.conversation_id == decision.conversation_id, MessageRow.decision_id == decision.id
    )
    return session.scalar(said.limit(1))
