"""What the labelling page and its API show."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.accounts.tables import UserRow
from evaluation.agreement import Agreement
from evaluation.labels.progress import progress_of
from evaluation.labels.sets import LabelledQuestion, agreement_by_field, complete_questions
from evaluation.labels.tables import LabelSetRow
from evaluation.labels.types import Label
from knowledge_base.taxonomy import Taxonomy

View = dict[str, Any]


def options_view(taxonomy: Taxonomy) -> View:
    """Return what a label is chosen from."""
    intents = taxonomy.intents.values()
    return {
        "actions": [{"id": id_, "name": name} for id_, name in taxonomy.actions.items()],
        "intents": [
            {"id": i.id, "name": i.name, "action": i.action, "queue": i.queue, "about": i.about}
            for i in intents
        ],
        "queues": [{"id": id_, "name": name} for id_, name in taxonomy.queues.items()],
    }


def set_view(session: Session, row: LabelSetRow, actor: str, *, whole: bool = False) -> View:
    """Return a set with its progress; the whole one with its agreement too."""
    told = {
        "id": row.id,
        "name": row.name,
        "source": row.source,
        "created_at": row.created_at.isoformat(),
        "created_by_name": _name(session, row.actor),
        "progress": asdict(progress_of(session, row, actor)),
    }
    if not whole:
        return told
    found = agreement_by_field(complete_questions(session, row), row.wanted)
    return told | {"agreement": {name: _agreement_view(one) for name, one in found.items()}}


def _agreement_view(one: Agreement) -> View:
    return asdict(one)


def question_view(one: LabelledQuestion, actor: str) -> View:
    """Return a question with one's own label; those of others are not told."""
    row, mine = one.row, one.labels.get(actor)
    return {
        "id": row.id,
        "row_id": row.row_id,
        "place": row.place,
        "text": row.text,
        "history": row.history,
        "channel": row.channel,
        "product": row.product,
        "mine": label_view(mine) if mine else None,
    }


def label_view(label: Label) -> View:
    """Return a label."""
    return {**asdict(label), "entry_ids": list(label.entry_ids)}


def disagreement_view(one: LabelledQuestion, actor: str) -> View:
    """Return a question whose labels differ; they are numbered, and nobody is named."""
    return question_view(one, actor) | {
        "labels": [
            {"person": number, **label_view(label)} for number, label in enumerate(one.labels.values(), 1)
        ],
        "labelled_by_me": actor in one.labels,
        "decision": label_view(one.decision) if one.decision else None,
    }


def _name(session: Session, actor: str) -> str:
    kind, _, id_ = actor.partition(":")
    if kind != "user":
        return id_ or actor
    return session.scalar(select(UserRow.display_name).where(UserRow.id == id_)) or "已删除的账号"
